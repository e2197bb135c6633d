import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Gateway } from "../gateway.ts";
import { bearer, startTestGateway } from "../testing/test-gateway.ts";
import { loadClientFiles } from "./client-files.ts";

const NO_SERVER = "http://127.0.0.1:1";
const SCRIPT = "console.log('hello')";
const HINTS = {
  "/login": "</assets/login-1a2b.js>; rel=modulepreload",
  "/chat": "</assets/chat-1a2b.js>; rel=modulepreload",
};

let folder: string;
let gateway: Gateway;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "client-"));
  const dist = join(folder, "dist");
  await mkdir(join(dist, "assets"), { recursive: true });
  await Bun.write(join(folder, "secret.txt"), "secret");
  await Bun.write(join(dist, "index.html"), "<!doctype html><title>Parley</title>");
  await Bun.write(join(dist, "sw.js"), "// worker");
  await Bun.write(join(dist, "manifest.webmanifest"), "{}");
  await Bun.write(join(dist, ".hidden"), "hidden");
  await Bun.write(join(dist, "assets/app-1a2b.js"), SCRIPT);
  await Bun.write(join(dist, "assets/app-1a2b.js.br"), "brotli");
  await Bun.write(join(dist, "assets/app-1a2b.js.zst"), "zstandard");
  await Bun.write(join(dist, "assets/app-1a2b.js.gz"), "gzip");
  await Bun.write(join(dist, "assets/lone.gz"), "an archive");
  await Bun.write(join(dist, ".preload.json"), JSON.stringify(HINTS));
  gateway = await startTestGateway(NO_SERVER, {}, { clientFolder: dist });
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

function get(path: string, headers: Record<string, string> = {}, method = "GET") {
  const init = { method, headers: { "accept-encoding": "identity", ...headers } };
  return fetch(new URL(path, gateway.url), { ...init, redirect: "manual", decompress: false });
}

describe("an asset", () => {
  test("An asset may be cached for ever", async () => {
    const response = await get("/assets/app-1a2b.js");
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    expect(response.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(await response.text()).toBe(SCRIPT);
  });

  test("An asset is sent in the preferred encoding, and each encoding has its own ETag", async () => {
    const tags = new Set<string | null>();
    for (const [accepted, coding, body] of [
      ["gzip, br, zstd", "br", "brotli"],
      ["gzip, zstd", "zstd", "zstandard"],
      ["gzip", "gzip", "gzip"],
      ["identity", null, SCRIPT],
    ] as const) {
      const response = await get("/assets/app-1a2b.js", { "accept-encoding": accepted });
      expect(response.headers.get("content-encoding")).toBe(coding);
      expect(response.headers.get("vary")).toBe("Accept-Encoding");
      expect(await response.text()).toBe(body);
      tags.add(response.headers.get("etag"));
    }
    expect(tags.size).toBe(4);
  });

  test("An asset is answered with 304 to a caller that has it", async () => {
    const etag = (await get("/assets/app-1a2b.js")).headers.get("etag") ?? "";
    for (const known of [etag, `W/${etag}`, `"x", ${etag}`, "*"]) {
      const response = await get("/assets/app-1a2b.js", { "if-none-match": known });
      expect(response.status).toBe(304);
      expect(response.headers.get("etag")).toBe(etag);
      expect(await response.text()).toBe("");
    }
    expect((await get("/assets/app-1a2b.js", { "if-none-match": '"x"' })).status).toBe(200);
  });

  test.each(["identity", "br"])(
    "HEAD is answered like GET, without the body (%s)",
    async (coding) => {
      const [head, whole] = await Promise.all(
        ["HEAD", "GET"].map((method) =>
          get("/assets/app-1a2b.js", { "accept-encoding": coding, "x-request-id": "same" }, method),
        ),
      );
      const fields = (response?: Response) =>
        [...(response?.headers ?? [])].filter(([name]) => name !== "date");
      expect(fields(head)).toEqual(fields(whole));
      expect(head?.headers.get("content-length")).not.toBe("0");
      expect(await head?.text()).toBe("");
    },
  );

  test.each([
    ["bytes=0-6", "console", "bytes 0-6/20"],
    ["bytes=8-", "log('hello')", "bytes 8-19/20"],
    ["bytes=-3", "o')", "bytes 17-19/20"],
  ])(
    "The range %s is one of the unencoded bytes, whatever encoding is preferred",
    async (range, part, where) => {
      const response = await get("/assets/app-1a2b.js", { range, "accept-encoding": "br" });
      expect(response.status).toBe(206);
      expect(response.headers.get("content-range")).toBe(where);
      expect(response.headers.get("content-length")).toBe(String(part.length));
      expect(response.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
      expect(response.headers.has("content-encoding")).toBe(false);
      expect(await response.text()).toBe(part);
    },
  );

  test("An asset accepts ranges, and an unsatisfiable one is answered with 416", async () => {
    expect((await get("/assets/app-1a2b.js")).headers.get("accept-ranges")).toBe("bytes");
    const response = await get("/assets/app-1a2b.js", { range: "bytes=20-" });
    expect(response.status).toBe(416);
    expect(response.headers.get("content-range")).toBe("bytes */20");
    expect(await response.json()).toMatchObject({ code: "range_not_satisfiable" });
  });

  test("If-Range grants a range of the same version, and otherwise the whole body", async () => {
    const headers = { range: "bytes=0-6", "accept-encoding": "br" };
    const plain = (await get("/assets/app-1a2b.js")).headers.get("etag") ?? "";
    const coded = (await get("/assets/app-1a2b.js", headers)).headers.get("etag");
    expect(coded).toBe(plain);
    const part = await get("/assets/app-1a2b.js", { ...headers, "if-range": plain });
    expect(part.status).toBe(206);
    for (const other of ['"x"', `W/${plain}`, plain.replace(/"$/, '-br"')]) {
      const whole = await get("/assets/app-1a2b.js", { ...headers, "if-range": other });
      expect(whole.status).toBe(200);
      expect(await whole.text()).toBe("brotli");
    }
  });

  test("HEAD and a matching If-None-Match ignore the range", async () => {
    const range = { range: "bytes=0-6" };
    expect((await get("/assets/app-1a2b.js", range, "HEAD")).status).toBe(200);
    const etag = (await get("/assets/app-1a2b.js")).headers.get("etag") ?? "";
    const known = await get("/assets/app-1a2b.js", { ...range, "if-none-match": etag });
    expect(known.status).toBe(304);
  });

  test("A missing asset is a problem, also for a browser", async () => {
    for (const path of ["/assets/none.js", "/assets/app-1a2b.js.br", "/assets/../secret.txt"]) {
      const response = await get(path, { ...(await bearer()), accept: "text/html" });
      expect(response.status).toBe(404);
    }
    const response = await get("/assets/none.js", { accept: "text/html" });
    expect(await response.json()).toMatchObject({ code: "not_found" });
  });

  test("A file with the suffix of an encoding but without an unencoded file is served as it is", async () => {
    expect(await (await get("/assets/lone.gz")).text()).toBe("an archive");
  });
});

test("Top-level files are public and revalidated each time", async () => {
  for (const path of ["/sw.js", "/manifest.webmanifest"]) {
    const response = await get(path);
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("no-cache");
  }
  expect((await get("/.hidden")).status).toBe(401);
  expect((await get("/index.html")).status).toBe(401);
});

test("The page is served at each of its addresses", async () => {
  for (const path of ["/login", "/register"]) expect((await get(path)).status).toBe(200);
  for (const path of ["/", "/chat", "/chat/0197", "/settings/profile"]) {
    const response = await get(path, { ...(await bearer()), accept: "text/html" });
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(response.headers.get("cache-control")).toBe("no-cache");
    expect(await response.text()).toContain("<title>Parley</title>");
  }
});

test("The page preloads the modules of its address, and is answered with 304 to a browser that has it", async () => {
  const login = await get("/login");
  expect(login.headers.get("link")).toBe(HINTS["/login"]);
  const known = await get("/login", { "if-none-match": login.headers.get("etag") ?? "" });
  expect(known.status).toBe(304);
  const signedIn = { ...(await bearer()), accept: "text/html" };
  for (const path of ["/chat", "/chat/0197"])
    expect((await get(path, signedIn)).headers.get("link")).toBe(HINTS["/chat"]);
  expect((await get("/register")).headers.has("link")).toBe(false);
  expect((await get("/.preload.json", signedIn)).status).toBe(404);
});

test("A browser at an unknown address gets the page with 404, which is not stored and never becomes 304", async () => {
  const headers = {
    ...(await bearer()),
    accept: "text/html",
    "if-none-match": "*",
    range: "bytes=0-1",
  };
  const response = await get("/nowhere", headers);
  expect(response.status).toBe(404);
  expect(response.headers.get("cache-control")).toBe("no-store");
  expect(response.headers.has("etag")).toBe(false);
  expect(await response.text()).toContain("<title>Parley</title>");
});

test("Every response has the security headers, including refusals and redirects", async () => {
  for (const path of ["/login", "/chat", "/assets/app-1a2b.js", "/nothing", "/healthz"]) {
    const { headers } = await get(path, { accept: "text/html" });
    expect(headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(headers.get("content-security-policy")).not.toContain("unsafe");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
    expect(headers.get("x-request-id")).toBeTruthy();
    expect(headers.has("strict-transport-security")).toBe(false);
  }
});

test("HSTS is sent only when browsers use HTTPS", async () => {
  await using secure = await startTestGateway(NO_SERVER, { PUBLIC_ORIGIN: "https://chat.example" });
  const { headers } = await fetch(new URL("/healthz", secure.url));
  expect(headers.get("strict-transport-security")).toBe("max-age=31536000");
});

test("A client that is not built has no files, and its pages are unavailable", async () => {
  const nowhere = join(folder, "nowhere");
  expect(await loadClientFiles(nowhere)).toEqual({
    page: null,
    preloads: new Map(),
    files: new Map(),
  });
  await using bare = await startTestGateway(NO_SERVER, {}, { clientFolder: nowhere });
  const response = await fetch(new URL("/login", bare.url));
  expect(response.status).toBe(503);
  expect(await response.json()).toMatchObject({ code: "unavailable" });
});
