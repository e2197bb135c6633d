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
  test("is kept for good by whoever got it", async () => {
    const got = await get("/assets/app-1a2b.js");
    expect(got.status).toBe(200);
    expect(got.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    expect(got.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(await got.text()).toBe(SCRIPT);
  });

  test("comes in the coding that the caller likes, each under its own ETag", async () => {
    const tags = new Set<string | null>();
    for (const [accepted, coding, body] of [
      ["gzip, br, zstd", "br", "brotli"],
      ["gzip, zstd", "zstd", "zstandard"],
      ["gzip", "gzip", "gzip"],
      ["identity", null, SCRIPT],
    ] as const) {
      const got = await get("/assets/app-1a2b.js", { "accept-encoding": accepted });
      expect(got.headers.get("content-encoding")).toBe(coding);
      expect(got.headers.get("vary")).toBe("Accept-Encoding");
      expect(await got.text()).toBe(body);
      tags.add(got.headers.get("etag"));
    }
    expect(tags.size).toBe(4);
  });

  test("is not sent again to who has it", async () => {
    const etag = (await get("/assets/app-1a2b.js")).headers.get("etag") ?? "";
    for (const known of [etag, `W/${etag}`, `"x", ${etag}`, "*"]) {
      const got = await get("/assets/app-1a2b.js", { "if-none-match": known });
      expect(got.status).toBe(304);
      expect(got.headers.get("etag")).toBe(etag);
      expect(await got.text()).toBe("");
    }
    expect((await get("/assets/app-1a2b.js", { "if-none-match": '"x"' })).status).toBe(200);
  });

  test.each(["identity", "br"])(
    "answers HEAD as it answers GET, without the body (%s)",
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
    "gives the part %s of its plain bytes, whatever coding is liked",
    async (range, part, where) => {
      const got = await get("/assets/app-1a2b.js", { range, "accept-encoding": "br" });
      expect(got.status).toBe(206);
      expect(got.headers.get("content-range")).toBe(where);
      expect(got.headers.get("content-length")).toBe(String(part.length));
      expect(got.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
      expect(got.headers.has("content-encoding")).toBe(false);
      expect(await got.text()).toBe(part);
    },
  );

  test("says that it has parts, and which it has not", async () => {
    expect((await get("/assets/app-1a2b.js")).headers.get("accept-ranges")).toBe("bytes");
    const got = await get("/assets/app-1a2b.js", { range: "bytes=20-" });
    expect(got.status).toBe(416);
    expect(got.headers.get("content-range")).toBe("bytes */20");
    expect(await got.json()).toMatchObject({ code: "range_not_satisfiable" });
  });

  test("gives a part to who has the rest of the same bytes, and else the whole", async () => {
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

  test("gives no part to HEAD, nor to who has it all", async () => {
    const range = { range: "bytes=0-6" };
    expect((await get("/assets/app-1a2b.js", range, "HEAD")).status).toBe(200);
    const etag = (await get("/assets/app-1a2b.js")).headers.get("etag") ?? "";
    const known = await get("/assets/app-1a2b.js", { ...range, "if-none-match": etag });
    expect(known.status).toBe(304);
  });

  test("that is not there is a problem, whoever asks", async () => {
    for (const path of ["/assets/none.js", "/assets/app-1a2b.js.br", "/assets/../secret.txt"]) {
      const got = await get(path, { ...(await bearer()), accept: "text/html" });
      expect(got.status).toBe(404);
    }
    const got = await get("/assets/none.js", { accept: "text/html" });
    expect(await got.json()).toMatchObject({ code: "not_found" });
  });

  test("that merely ends like a coded one is a file like others", async () => {
    expect(await (await get("/assets/lone.gz")).text()).toBe("an archive");
  });
});

test("files at the top are public, and asked for anew each time", async () => {
  for (const path of ["/sw.js", "/manifest.webmanifest"]) {
    const got = await get(path);
    expect(got.status).toBe(200);
    expect(got.headers.get("cache-control")).toBe("no-cache");
  }
  expect((await get("/.hidden")).status).toBe(401);
  expect((await get("/index.html")).status).toBe(401);
});

test("the page is at each of its addresses", async () => {
  for (const path of ["/login", "/register"]) expect((await get(path)).status).toBe(200);
  for (const path of ["/", "/chat", "/chat/0197", "/settings/profile"]) {
    const got = await get(path, { ...(await bearer()), accept: "text/html" });
    expect(got.status).toBe(200);
    expect(got.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(got.headers.get("cache-control")).toBe("no-cache");
    expect(await got.text()).toContain("<title>Parley</title>");
  }
});

test("the page names the code of its address beforehand, and is not sent again to who has it", async () => {
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

test("a person who is lost gets the page with 404, which nobody keeps and no ETag turns into 304", async () => {
  const headers = {
    ...(await bearer()),
    accept: "text/html",
    "if-none-match": "*",
    range: "bytes=0-1",
  };
  const got = await get("/nowhere", headers);
  expect(got.status).toBe(404);
  expect(got.headers.get("cache-control")).toBe("no-store");
  expect(got.headers.has("etag")).toBe(false);
  expect(await got.text()).toContain("<title>Parley</title>");
});

test("every answer carries the security headers, refusals and redirects too", async () => {
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

test("HTTPS alone is promised for later, when it is what browsers see", async () => {
  await using secure = await startTestGateway(NO_SERVER, { PUBLIC_ORIGIN: "https://chat.example" });
  const { headers } = await fetch(new URL("/healthz", secure.url));
  expect(headers.get("strict-transport-security")).toBe("max-age=31536000");
});

test("a client that is not built is empty, and its pages are unavailable", async () => {
  const nowhere = join(folder, "nowhere");
  expect(await loadClientFiles(nowhere)).toEqual({
    page: null,
    preloads: new Map(),
    files: new Map(),
  });
  await using bare = await startTestGateway(NO_SERVER, {}, { clientFolder: nowhere });
  const got = await fetch(new URL("/login", bare.url));
  expect(got.status).toBe(503);
  expect(await got.json()).toMatchObject({ code: "unavailable" });
});
