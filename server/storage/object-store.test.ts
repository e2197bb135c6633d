import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, readdir, readlink, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMemoryStore } from "../testing/memory-store.ts";
import { createFolderStore } from "./folder-store.ts";
import { encodeFooter } from "./object-footer.ts";
import type { ObjectStore } from "./object-store.ts";
import { readBytes } from "./read-bytes.ts";
import { createS3Store } from "./s3-store.ts";
import { openCountingProxy } from "./testing/counting-proxy.ts";
import { describeObjectStore, failure } from "./testing/object-store-contract.ts";

const endpoint = process.env["TEST_S3_ENDPOINT"];
const MiB = 1024 * 1024;
const LARGE_BYTES = 64 * MiB;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "parley-objects-"));
});
afterAll(() => rm(folder, { recursive: true }));

describe("the store in memory", () => {
  describeObjectStore(async () => ({
    store: createMemoryStore(),
    openHandles: () => 0,
    async [Symbol.asyncDispose]() {},
  }));
});

describe("the folder store", () => {
  describeObjectStore(async () => ({
    store: createFolderStore(join(folder, "objects")),
    openHandles: () => openFilesBelow(join(folder, "objects")),
    async [Symbol.asyncDispose]() {},
  }));

  test("A folder holds only the objects after they were replaced or refused", async () => {
    const path = join(folder, "replaced");
    const store = createFolderStore(path);
    for (const content of ["one", "two"]) await store.put("a", Buffer.from(content), "text/plain");
    await failure(store.put("b", { path: join(folder, "no-such-file"), size: 1 }, "text/plain"));
    expect(await readdir(path)).toEqual(["a"]);
  });

  test("A file without a footer is an object of unknown type", async () => {
    const path = join(folder, "footerless");
    const store = createFolderStore(path);
    await store.check();
    for (const [key, content] of Object.entries({ short: "x", long: "y".repeat(1_000) })) {
      await writeFile(join(path, key), content);
      expect(await store.head(key)).toEqual({
        size: content.length,
        type: "application/octet-stream",
      });
      expect(Buffer.from((await readBytes(store, key)) ?? []).toString()).toBe(content);
    }
  });

  test("A footer whose type would begin before its file is no footer", async () => {
    const path = join(folder, "short-footer");
    const store = createFolderStore(path);
    await store.check();
    const footer = encodeFooter("text/plain");
    await writeFile(join(path, "cut"), footer.subarray(1));
    expect(await store.head("cut")).toEqual({
      size: footer.length - 1,
      type: "application/octet-stream",
    });
  });

  test("An object that ends with the bytes of a footer is read whole, with its own type", async () => {
    const store = createFolderStore(join(folder, "forged-footer"));
    const forged = Buffer.concat([Buffer.from("<script>"), encodeFooter("text/html")]);
    await store.put("forged", forged, "image/png");
    expect(await store.head("forged")).toEqual({ size: forged.length, type: "image/png" });
    expect(forged.equals((await readBytes(store, "forged")) ?? Buffer.alloc(0))).toBe(true);
  });

  test("A large file is stored and read with little memory", async () => {
    await expectFlatMemory(createFolderStore(join(folder, "flat")));
  });
});

describe.skipIf(endpoint === undefined)("an S3 store", () => {
  describeObjectStore(async () => {
    const proxy = await openCountingProxy(new URL(endpoint ?? ""));
    return {
      store: openS3(newBucket(), proxy.url),
      openHandles: proxy.openConnections,
      [Symbol.asyncDispose]: proxy[Symbol.asyncDispose],
    };
  });

  test("The bucket is created once by servers that start at once", async () => {
    const bucket = newBucket();
    const stores = [openS3(bucket), openS3(bucket), openS3(bucket)];
    await Promise.all(stores.map((store) => store.check()));
    await stores[0]?.put("a", Buffer.from("one"), "text/plain");
    expect(await stores[1]?.head("a")).toEqual({ size: 3, type: "text/plain" });
  });

  test("A large file is stored and read with little memory", async () => {
    await expectFlatMemory(openS3(newBucket()));
  });

  test("A slow reader slows the store down", async () => {
    await using proxy = await openCountingProxy(new URL(endpoint ?? ""));
    const store = openS3(newBucket(), proxy.url);
    await store.put("large", await sparseFile(), "text/plain");
    const before = proxy.bytesPassed();
    const reader = (await store.get("large"))?.body.getReader();
    await reader?.read();
    await Bun.sleep(500);
    expect(proxy.bytesPassed() - before).toBeLessThan(LARGE_BYTES / 2);
    await reader?.cancel();
  });
});

describe("an S3 store that does not respond", () => {
  const openAt = (port: number) =>
    createS3Store({
      endpoint: new URL(`http://127.0.0.1:${port}`),
      accessKey: "key",
      secretKey: "secret-key",
      bucket: "parley",
      region: "us-east-1",
      timeoutMs: 300,
    });

  test("A request fails after the timeout", async () => {
    using silent = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
    const store = openAt(silent.port);
    for (const request of [store.check(), store.get("a"), store.head("a")])
      expect(await failure(request)).toBeInstanceOf(Error);
    silent.stop(true);
  });

  test.each([
    ["stops sending", () => new Promise<never>(() => {})],
    ["closes the connection", async (socket: Bun.Socket) => socket.terminate()],
  ])("A download fails when the store %s in the middle", async (_what, then) => {
    using halfway = Bun.listen({
      hostname: "127.0.0.1",
      port: 0,
      socket: {
        data(socket, bytes) {
          const isDownload = bytes.toString().startsWith("GET");
          const header = `HTTP/1.1 200 OK\r\ncontent-length: ${isDownload ? 100 : 0}\r\n\r\n`;
          socket.write(header + (isDownload ? "half" : ""));
          socket.flush();
          if (isDownload) void Bun.sleep(20).then(() => then(socket));
        },
      },
    });
    const object = await openAt(halfway.port).get("a");
    expect(await failure(new Response(object?.body).text())).toBeInstanceOf(Error);
    halfway.stop(true);
  });
});

/** Stores a file of 64 MiB and reads it, which must not take the memory of the whole file. */
async function expectFlatMemory(store: ObjectStore): Promise<void> {
  const source = await sparseFile();
  const before = collectedMemory();
  let peak = before;
  const sample = () => {
    peak = Math.max(peak, collectedMemory());
  };
  const sampling = setInterval(sample, 50);
  await store.put("flat", source, "video/mp4");
  let size = 0;
  for await (const chunk of (await store.get("flat"))?.body ?? []) {
    if (Math.floor(size / (4 * MiB)) < Math.floor((size + chunk.length) / (4 * MiB))) sample();
    size += chunk.length;
  }
  clearInterval(sampling);
  expect(size).toBe(LARGE_BYTES);
  expect(peak - before).toBeLessThan(LARGE_BYTES / 2);
}

/** @returns the memory of the process without garbage, in bytes. */
function collectedMemory(): number {
  Bun.gc(true);
  return process.memoryUsage().rss;
}

async function sparseFile(): Promise<{ path: string; size: number }> {
  const path = join(folder, crypto.randomUUID());
  await writeFile(path, "");
  await truncate(path, LARGE_BYTES);
  return { path, size: LARGE_BYTES };
}

/** Counts the files below a folder that this process holds open. */
async function openFilesBelow(path: string): Promise<number> {
  const descriptors = await readdir("/proc/self/fd");
  const targets = await Promise.all(
    descriptors.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => "")),
  );
  return targets.filter((target) => target.startsWith(path)).length;
}

function newBucket(): string {
  return `parley-test-${crypto.randomUUID().slice(0, 8)}`;
}

function openS3(bucket: string, url = new URL(endpoint ?? "")): ObjectStore {
  return createS3Store({
    endpoint: url,
    accessKey: process.env["TEST_S3_ACCESS_KEY"] ?? "",
    secretKey: process.env["TEST_S3_SECRET_KEY"] ?? "",
    bucket,
    region: "us-east-1",
  });
}
