import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createFolderStore } from "./folder-store.ts";
import type { ObjectStore } from "./object-store.ts";
import { createS3Store } from "./s3-store.ts";

const endpoint = process.env["TEST_S3_ENDPOINT"];

describe("a folder", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "parley-objects-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  behavesAsObjectStore(() => createFolderStore(join(folder, "objects")));

  test("holds nothing but the objects after they were replaced", async () => {
    const store = createFolderStore(join(folder, "replaced"));
    await store.put("a", bytes("one"), "text/plain");
    await store.put("a", bytes("two"), "text/plain");
    expect(await readdir(join(folder, "replaced"))).toEqual(["a"]);
  });
});

describe.skipIf(endpoint === undefined)("an S3 store", () => {
  behavesAsObjectStore(() => openS3(`parley-test-${crypto.randomUUID().slice(0, 8)}`));

  test("is made once by two servers that start at once", async () => {
    const bucket = `parley-test-${crypto.randomUUID().slice(0, 8)}`;
    const stores = [openS3(bucket), openS3(bucket), openS3(bucket)];
    await Promise.all(stores.map((store) => store.check()));
    await stores[0]?.put("a", bytes("one"), "text/plain");
    expect(await stores[1]?.get("a")).toEqual(bytes("one"));
  });
});

describe("an S3 store that does not answer", () => {
  test("is given up after its timeout", async () => {
    using silent = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
    const store = createS3Store({
      endpoint: new URL(`http://127.0.0.1:${silent.port}`),
      accessKey: "key",
      secretKey: "secret-key",
      bucket: "parley",
      region: "us-east-1",
      timeout: 50,
    });
    expect(await failure(store.check())).toBeInstanceOf(Error);
    silent.stop(true);
  });
});

function behavesAsObjectStore(open: () => ObjectStore): void {
  let store: ObjectStore;
  beforeAll(() => {
    store = open();
  });

  test("is ready to be used", async () => {
    await store.check();
    await store.check();
  });

  test("gives back the very bytes that were put", async () => {
    const all = Uint8Array.from({ length: 70_000 }, (_, index) => index % 256);
    await store.put("avatars/0f", all, "image/webp");
    expect(new Uint8Array((await store.get("avatars/0f")) ?? [])).toEqual(all);
  });

  test("keeps an empty object apart from a missing one", async () => {
    await store.put("empty", new Uint8Array(), "text/plain");
    expect(await store.get("empty")).toHaveLength(0);
    expect(await store.get("missing")).toBeNull();
    expect(await store.get("missing/deep/down")).toBeNull();
  });

  test("puts a new object in the place of an old one", async () => {
    await store.put("same", bytes("old"), "text/plain");
    await store.put("same", bytes("new"), "text/plain");
    expect(await store.get("same")).toEqual(bytes("new"));
  });

  test("leaves one whole object of many put under one key at once", async () => {
    const contents = Array.from({ length: 8 }, (_, index) => bytes(String(index).repeat(9_000)));
    await Promise.all(contents.map((content) => store.put("raced", content, "text/plain")));
    expect(contents).toContainEqual((await store.get("raced")) as Buffer<ArrayBuffer>);
  });

  test("removes an object, and minds none that is not there", async () => {
    await store.put("gone", bytes("x"), "text/plain");
    await store.remove("gone");
    await store.remove("gone");
    expect(await store.get("gone")).toBeNull();
  });

  test.each(["../up", "a/../b", "/etc/passwd", "a//b", "a.b", "A", "a\0", ""])(
    "refuses the key %j",
    async (key) => {
      for (const attempt of [
        store.put(key, bytes("x"), "text/plain"),
        store.get(key),
        store.remove(key),
      ])
        expect(String(await failure(attempt))).toContain("key");
    },
  );
}

/** What a promise was rejected with; undefined when it was not. */
function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

function openS3(bucket: string): ObjectStore {
  return createS3Store({
    endpoint: new URL(endpoint ?? ""),
    accessKey: process.env["TEST_S3_ACCESS_KEY"] ?? "",
    secretKey: process.env["TEST_S3_SECRET_KEY"] ?? "",
    bucket,
    region: "us-east-1",
  });
}

function bytes(text: string): Buffer<ArrayBuffer> {
  return Buffer.from(text);
}
