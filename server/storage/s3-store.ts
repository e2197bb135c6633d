import http from "node:http";
import https from "node:https";
import { Client, S3Error } from "minio";
import { assertKey, type ObjectStore } from "./object-store.ts";

export interface S3Options {
  endpoint: URL;
  accessKey: string;
  secretKey: string;
  /** Made when it is missing. */
  bucket: string;
  region: string;
  /** How long one request may take, in milliseconds. */
  timeout?: number;
}

/** Keeps objects in MinIO, or any store that speaks S3. */
export function createS3Store({ bucket, timeout = 10_000, ...options }: S3Options): ObjectStore {
  const client = createClient(options, timeout);
  let ready: Promise<void> | undefined;

  function bucketReady(): Promise<void> {
    ready ??= ensureBucket(client, bucket, options.region).catch((error) => {
      ready = undefined;
      throw error;
    });
    return ready;
  }

  return {
    async put(key, bytes, type) {
      assertKey(key);
      await bucketReady();
      const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      await client.putObject(bucket, key, body, body.length, { "Content-Type": type });
    },

    async get(key) {
      assertKey(key);
      await bucketReady();
      try {
        return Buffer.concat(await Array.fromAsync(await client.getObject(bucket, key)));
      } catch (error) {
        if (hasCode(error, "NoSuchKey")) return null;
        throw error;
      }
    },

    async remove(key) {
      assertKey(key);
      await bucketReady();
      await client.removeObject(bucket, key);
    },

    async check() {
      await bucketReady();
      if (await client.bucketExists(bucket)) return;
      ready = undefined;
      await bucketReady();
    },
  };
}

/** minio-js has no timeout of its own, and would wait for ever (its issue 1479): each request gets a deadline. */
function createClient({ endpoint, ...options }: Omit<S3Options, "bucket">, timeout: number) {
  const secure = endpoint.protocol === "https:";
  const { request } = secure ? https : http;
  return new Client({
    endPoint: endpoint.hostname,
    port: Number(endpoint.port) || (secure ? 443 : 80),
    useSSL: secure,
    accessKey: options.accessKey,
    secretKey: options.secretKey,
    region: options.region,
    retryOptions: { disableRetry: true },
    transport: {
      request: (about: http.RequestOptions, onResponse: (response: http.IncomingMessage) => void) =>
        request({ ...about, signal: AbortSignal.timeout(timeout) }, onResponse),
    } as never,
  });
}

/** Two servers may find it missing at once: who comes second finds it there. */
async function ensureBucket(client: Client, bucket: string, region: string): Promise<void> {
  if (await client.bucketExists(bucket)) return;
  try {
    await client.makeBucket(bucket, region);
  } catch (error) {
    if (!hasCode(error, "BucketAlreadyOwnedByYou")) throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof S3Error && error.code === code;
}
