import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "@parley/platform/testing/eventually";
import { type ByteRange, type ObjectStore, RangeNotSatisfiableError } from "../object-store.ts";
import { readBytes } from "../read-bytes.ts";

const TYPE = "text/plain";
const MiB = 1024 * 1024;
const LARGE_BYTES = 20 * MiB;

export interface OpenedStore extends AsyncDisposable {
  readonly store: ObjectStore;
  /** The number of files or sockets that the store holds open. */
  openHandles(): number | Promise<number>;
}

/** Describes what every object store must do. */
export function describeObjectStore(open: () => Promise<OpenedStore>): void {
  let opened: OpenedStore;
  let store: ObjectStore;
  let folder: string;
  beforeAll(async () => {
    opened = await open();
    store = opened.store;
    folder = await mkdtemp(join(tmpdir(), "parley-sources-"));
  });
  afterAll(async () => {
    await opened[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  /** Writes a file of zeros that takes no room on the disk. */
  async function sparseFile(size: number): Promise<{ path: string; size: number }> {
    const path = join(folder, crypto.randomUUID());
    await writeFile(path, "");
    await truncate(path, size);
    return { path, size };
  }

  async function text(key: string, range?: ByteRange): Promise<string> {
    const object = await store.get(key, range);
    return new Response(object?.body ?? "missing").text();
  }

  async function keysWith(prefix: string): Promise<string[]> {
    return (await Array.fromAsync(store.list(prefix))).map(({ key }) => key);
  }

  test("A store can be checked repeatedly", async () => {
    await store.check();
    await store.check();
  });

  describe("storing and reading", () => {
    test("An object is read back with its bytes, size and type", async () => {
      const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => index % 256);
      await store.put("avatars/0f", bytes, "image/webp");
      expect(await readBytes(store, "avatars/0f")).toEqual(bytes);
      expect(await store.head("avatars/0f")).toEqual({ size: 70_000, type: "image/webp" });
      const object = await store.get("avatars/0f");
      expect(object).toMatchObject({ size: 70_000, length: 70_000, type: "image/webp" });
      await object?.body.cancel();
    });

    test("A part of a larger buffer is stored without the rest", async () => {
      await store.put("part", Buffer.from("before-part-after").subarray(7, 11), TYPE);
      expect(await text("part")).toBe("part");
    });

    test("An empty object differs from a missing object", async () => {
      await store.put("empty", new Uint8Array(), TYPE);
      expect(await readBytes(store, "empty")).toHaveLength(0);
      expect(await store.head("empty")).toEqual({ size: 0, type: TYPE });
      for (const key of ["missing", "missing/deep/down", "empty/below"]) {
        expect(await store.get(key)).toBeNull();
        expect(await store.head(key)).toBeNull();
      }
    });

    test("An object replaces the object under the same key", async () => {
      await store.put("same", Buffer.from("an older and longer object"), "text/html");
      await store.put("same", Buffer.from("new"), TYPE);
      expect(await text("same")).toBe("new");
      expect(await store.head("same")).toEqual({ size: 3, type: TYPE });
    });

    test("Concurrent writes of one key leave one whole object with its type", async () => {
      const puts = Array.from({ length: 8 }, (_, index) =>
        store.put("raced", Buffer.from(String(index).repeat(9_000)), `text/${index}`),
      );
      await Promise.all(puts);
      const object = await store.get("raced");
      const content = await new Response(object?.body).text();
      expect(content).toBe(content.charAt(0).repeat(9_000));
      expect(object?.type).toBe(`text/${content.charAt(0)}`);
    });

    test("A file is stored with exactly its bytes", async () => {
      const path = join(folder, "source");
      await writeFile(path, "the bytes of a file");
      await store.put("from-file", { path, size: 19 }, TYPE);
      expect(await text("from-file")).toBe("the bytes of a file");
    });

    test("A file that is shorter than declared stores nothing", async () => {
      for (const size of [20, LARGE_BYTES]) {
        const { path } = await sparseFile(size - 1);
        expect(await failure(store.put("too-short", { path, size }, TYPE))).toBeInstanceOf(Error);
        expect(await store.head("too-short")).toBeNull();
      }
    });
  });

  describe("ranges", () => {
    beforeAll(() => store.put("digits", Buffer.from("0123456789"), TYPE));

    const ranges: [ByteRange, string][] = [
      [{ first: 0, last: 0 }, "0"],
      [{ first: 9, last: 9 }, "9"],
      [{ first: 9 }, "9"],
      [{ first: 3, last: 5 }, "345"],
      [{ first: 0 }, "0123456789"],
      [{ first: 0, last: 9 }, "0123456789"],
      [{ first: 8, last: 100 }, "89"],
    ];
    test.each(ranges)("The range %j is read as %p", async (range, expected) => {
      const object = await store.get("digits", range);
      expect(object).toMatchObject({ size: 10, length: expected.length, type: TYPE });
      expect(await new Response(object?.body).text()).toBe(expected);
    });

    test.each([
      ["digits", 10],
      ["digits", 1_000],
      ["nothing", 0],
    ])(
      "A range of %s that begins at %d, beyond the end, is not satisfiable",
      async (key, first) => {
        await store.put("nothing", new Uint8Array(), TYPE);
        const error = await failure(store.get(key, { first, last: first + 5 }));
        expect(error).toBeInstanceOf(RangeNotSatisfiableError);
      },
    );

    const malformed: ByteRange[] = [
      { first: 5, last: 2 },
      { first: 5, last: 4 },
      { first: 0, last: -1 },
      { first: -3 },
      { first: 1.5 },
      { first: 0, last: Number.NaN },
    ];
    test.each(malformed)("The malformed range %j is refused", async (range) => {
      expect(String(await failure(store.get("digits", range)))).toContain("malformed range");
    });

    test("A range of a missing object is null", async () => {
      expect(await store.get("missing", { first: 0, last: 0 })).toBeNull();
    });
  });

  describe("large objects", () => {
    test("A file of 20 MiB is stored and read, and its bytes are the same", async () => {
      const source = await sparseFile(LARGE_BYTES);
      await Bun.write(join(folder, "tail"), "tail");
      await store.put("large", source, "video/mp4");
      const object = await store.get("large");
      expect(object).toMatchObject({ size: LARGE_BYTES, type: "video/mp4" });
      const hash = new Bun.CryptoHasher("sha256");
      for await (const chunk of object?.body ?? []) hash.update(chunk);
      const expected = new Bun.CryptoHasher("sha256").update(await Bun.file(source.path).bytes());
      expect(hash.digest("hex")).toBe(expected.digest("hex"));
    });

    test("A reader that stops early leaves nothing open", async () => {
      await store.put("left", await sparseFile(LARGE_BYTES), TYPE);
      await eventually(async () => (await opened.openHandles()) <= 1);
      const before = await opened.openHandles();
      for (let round = 0; round < 5; round++) {
        const reader = (await store.get("left"))?.body.getReader();
        expect((await reader?.read())?.done).toBe(false);
        await reader?.cancel();
      }
      await (await store.get("left"))?.body.cancel();
      await eventually(async () => (await opened.openHandles()) <= before);
    });
  });

  describe("listing", () => {
    test("More than 1,000 objects are listed in the order of their keys", async () => {
      const keys = Array.from({ length: 1_050 }, (_, index) => `many/${index}`);
      for (let start = 0; start < keys.length; start += 50)
        await Promise.all(
          keys.slice(start, start + 50).map((key) => store.put(key, Buffer.from("x"), TYPE)),
        );
      expect(await keysWith("many/")).toEqual(keys.toSorted());
      await store.remove(keys);
      expect(await keysWith("many/")).toEqual([]);
    });

    test("A prefix selects the keys that begin with it", async () => {
      const keys = [
        "tree-top",
        "tree/a",
        "tree/ab/c",
        "tree/ab/d",
        "tree/abc",
        "tree/b",
        "treetop",
      ];
      for (const key of keys) await store.put(key, Buffer.from("leaf"), TYPE);
      expect(await keysWith("tree")).toEqual(keys);
      expect(await keysWith("tree/")).toEqual(keys.slice(1, 6));
      expect(await keysWith("tree/ab")).toEqual(["tree/ab/c", "tree/ab/d", "tree/abc"]);
      expect(await keysWith("tree/ab/c")).toEqual(["tree/ab/c"]);
      expect(await keysWith("tree/zz")).toEqual([]);
      expect(await keysWith("no/such/folder/")).toEqual([]);
      expect(await keysWith("")).toEqual(expect.arrayContaining(keys));
    });

    test("A listed object has its size and its time", async () => {
      await store.put("listed/one", Buffer.from("12345"), TYPE);
      const [object] = await Array.fromAsync(store.list("listed/"));
      expect(object).toMatchObject({ key: "listed/one", size: 5 });
      expect(Math.abs(Number(object?.modifiedAt) - Date.now())).toBeLessThan(120_000);
    });
  });

  describe("removal", () => {
    test("Removed objects are missing, and missing objects are ignored", async () => {
      for (const key of ["gone/a", "gone/b", "kept"]) await store.put(key, Buffer.from("x"), TYPE);
      await store.remove(["gone/a", "never/there", "gone/b", "gone", "kept/below"]);
      await store.remove(["gone/a"]);
      await store.remove([]);
      expect(await keysWith("gone/")).toEqual([]);
      expect(await text("kept")).toBe("x");
    });
  });

  test.each(["../up", "a/../b", "/etc/passwd", "a//b", "a.b", "A", "a\0", "", "a/"])(
    "The malformed key %j is rejected",
    async (key) => {
      for (const attempt of [
        store.put(key, Buffer.from("x"), TYPE),
        store.get(key),
        store.head(key),
        store.remove(["a", key]),
      ])
        expect(String(await failure(attempt))).toContain("malformed object key");
    },
  );

  test.each(["../up", "/etc", "a//b", "a.b", "A"])(
    "The malformed prefix %j is rejected",
    async (prefix) => {
      expect(String(await failure(keysWith(prefix)))).toContain("malformed prefix");
    },
  );

  test.each(["", "text/plain\r\nx: y", "текст", "x".repeat(256)])(
    "The malformed type %j is rejected",
    async (type) => {
      const error = await failure(store.put("typed", Buffer.from("x"), type));
      expect(String(error)).toContain("malformed media type");
    },
  );
}

/** @returns what the promise is rejected with; undefined if it is not rejected. */
export function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}
