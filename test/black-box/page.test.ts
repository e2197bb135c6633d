import { afterAll, beforeAll, expect, test } from "bun:test";
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from "node:zlib";
import { Person } from "../stack/person.ts";
import { type Stack, startStack } from "../stack/stack.ts";

const DECOMPRESS = { br: brotliDecompressSync, zstd: zstdDecompressSync, gzip: gunzipSync };

let stack: Stack;
let headers: Record<string, string>;

beforeAll(async () => {
  stack = await startStack("embedded");
  const { token } = await Person.register(stack.url, "ann");
  headers = { authorization: `Bearer ${token}`, accept: "text/html" };
});
afterAll(() => stack[Symbol.asyncDispose]());

function get(path: string, encoding = "identity"): Promise<Response> {
  const requestHeaders = { ...headers, "accept-encoding": encoding };
  return fetch(stack.url + path, {
    headers: requestHeaders,
    redirect: "manual",
    decompress: false,
  });
}

/** Returns the paths of a page's files from its `Link` header. */
async function filesOf(page: string): Promise<string[]> {
  const link = (await get(page)).headers.get("link") ?? "";
  return Array.from(link.matchAll(/<([^>]+)>/g), ([, path = ""]) => path);
}

test("Each file of a page is named in Link, cached as immutable, and the same in each encoding", async () => {
  for (const page of ["/login", "/register", "/chat"]) {
    const files = await filesOf(page);
    expect(files.length).toBeGreaterThan(4);
    for (const file of files) {
      const identity = await get(file);
      expect(identity.headers.get("cache-control")).toContain("immutable");
      const bytes = Buffer.from(await identity.bytes());
      for (const [encoding, decompress] of Object.entries(DECOMPRESS)) {
        const encoded = await get(file, encoding);
        expect([file, encoded.headers.get("content-encoding")]).toEqual([file, encoding]);
        expect(decompress(await encoded.bytes()).equals(bytes)).toBe(true);
      }
    }
  }
});

test.each([
  ["/login", 25],
  ["/chat", 70],
])("The JavaScript of %s is at most %d KB, gzipped", async (page, limit) => {
  let size = 0;
  for (const file of await filesOf(page))
    if (file.endsWith(".js")) size += (await (await get(file, "gzip")).bytes()).byteLength;
  expect(size).toBeGreaterThan(0);
  expect(size).toBeLessThanOrEqual(limit * 1_000);
});

test("The HTML page is small, revalidated, and identified by its ETag", async () => {
  const page = await get("/login", "br");
  expect(page.headers.get("cache-control")).toBe("no-cache");
  expect(page.headers.get("content-encoding")).toBe("br");
  const etag = page.headers.get("etag") ?? "";
  headers = { ...headers, "if-none-match": etag };
  expect((await get("/login", "br")).status).toBe(304);
  expect((await get("/login", "gzip")).status).toBe(200);
});
