import type { IncomingMessage } from "node:http";
import { type Client, S3Error } from "minio";
import { openByteSource } from "./byte-source.ts";
import {
  assertKey,
  assertPrefix,
  assertRange,
  assertType,
  type ByteRange,
  type ListedObject,
  type ObjectStore,
  RangeNotSatisfiableError,
  type StoredObject,
} from "./object-store.ts";
import { PART_BYTES, putInParts } from "./put-in-parts.ts";
import { createS3Client } from "./s3-client.ts";
import { streamResponse } from "./stream-response.ts";

/** The number of keys that S3 accepts in one request. */
const MAX_REMOVED_KEYS = 1_000;
const DEFAULT_TIMEOUT_MS = 10_000;

export interface S3Options {
  endpoint: URL;
  accessKey: string;
  secretKey: string;
  /** Is created when it does not exist. */
  bucket: string;
  region: string;
  /** How long one request may take. The timeout of a download applies to each of its chunks. */
  timeoutMs?: number;
}

/** Stores objects in MinIO, or in another store that speaks S3. */
export function createS3Store({
  bucket,
  timeoutMs = DEFAULT_TIMEOUT_MS,
  ...options
}: S3Options): ObjectStore {
  const client = createS3Client({ ...options, timeoutMs });
  const downloads = createS3Client({ ...options, timeoutMs, streamsBodies: true });
  let ready: Promise<void> | undefined;

  function bucketReady(): Promise<void> {
    ready ??= ensureBucket(client, bucket, options.region).catch((error) => {
      ready = undefined;
      throw error;
    });
    return ready;
  }

  async function download(key: string, range: ByteRange | undefined): Promise<StoredObject> {
    const { first = 0, last } = range ?? {};
    const length = last === undefined ? 0 : last + 1 - first;
    const response = await downloads.getPartialObject(bucket, key, first, length);
    return showResponse(response as IncomingMessage, timeoutMs);
  }

  async function* list(prefix: string): AsyncGenerator<ListedObject> {
    assertPrefix(prefix);
    await bucketReady();
    for await (const { name, size, lastModified } of client.listObjectsV2(bucket, prefix, true))
      if (name !== undefined && lastModified) yield { key: name, size, modifiedAt: lastModified };
  }

  return {
    async put(key, source, type) {
      assertKey(key);
      assertType(type);
      await using bytes = await openByteSource(source);
      await bucketReady();
      const headers = { "Content-Type": type };
      if (bytes.size > PART_BYTES)
        await putInParts(client, { bucketName: bucket, objectName: key }, bytes, headers);
      else
        await client.putObject(bucket, key, await bytes.read(0, bytes.size), bytes.size, headers);
    },

    async get(key, range) {
      assertKey(key);
      assertRange(range);
      await bucketReady();
      return nullIfMissing(download(key, range));
    },

    async head(key) {
      assertKey(key);
      await bucketReady();
      const stat = await nullIfMissing(client.statObject(bucket, key));
      return stat && { size: stat.size, type: String(stat.metaData["content-type"]) };
    },

    list,

    async remove(keys) {
      keys.forEach(assertKey);
      await bucketReady();
      for (let start = 0; start < keys.length; start += MAX_REMOVED_KEYS) {
        const batch = keys.slice(start, start + MAX_REMOVED_KEYS);
        const [failure] = await client.removeObjects(bucket, batch);
        if (failure) throw new Error("an object could not be removed", { cause: failure });
      }
    },

    async check() {
      await bucketReady();
      if (await client.bucketExists(bucket)) return;
      ready = undefined;
      await bucketReady();
    },
  };
}

/** The response to a request with a range has the size of the whole object in `Content-Range`. */
function showResponse(response: IncomingMessage, timeoutMs: number): StoredObject {
  const { headers } = response;
  const length = Number(headers["content-length"]);
  const total = headers["content-range"]?.split("/")[1];
  return {
    size: total === undefined ? length : Number(total),
    length,
    type: headers["content-type"] ?? "",
    body: streamResponse(response, length, timeoutMs),
  };
}

/** Several servers may create the bucket at once, and all but one of them find it. */
async function ensureBucket(client: Client, bucket: string, region: string): Promise<void> {
  if (await client.bucketExists(bucket)) return;
  try {
    await client.makeBucket(bucket, region);
  } catch (error) {
    if (codeOf(error) !== "BucketAlreadyOwnedByYou") throw error;
  }
}

/** @throws RangeNotSatisfiableError when S3 answers so. */
async function nullIfMissing<T>(request: Promise<T>): Promise<T | null> {
  try {
    return await request;
  } catch (error) {
    const code = codeOf(error);
    if (code === "NoSuchKey" || code === "NotFound") return null;
    if (code === "InvalidRange") throw new RangeNotSatisfiableError();
    throw error;
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof S3Error ? error.code : undefined;
}
