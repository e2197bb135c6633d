import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Gateway } from "../gateway.ts";
import { bearer, startTestGateway } from "../testing/test-gateway.ts";
import { loadClientFiles } from "./client-files.ts";

const NO_SERVER = "http://127.0.0.1:1";
const SCRIPT = "console.log('hello')";

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
  await Bun.write(join(dist, "assets/app-1a2b.js.gz"), "gzip");
  await Bun.write(join(dist, "assets/lone.gz"), "an archive");
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
    expect(got.headers.get("content-type")).toBe("text/javascript;charset=utf-8");
    expect(got.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(await got.text()).toBe(SCRIPT);
  });

  test("comes in the coding that the caller likes, each under its own ETag", async () => {
    const tags = new Set<string | null>();
    for (const [accepted, coding, body] of [
      ["gzip, br", "br", "brotli"],
      ["gzip", "gzip", "gzip"],
      ["identity", null, SCRIPT],
    ] as const) {
      const got = await get("/assets/app-1a2b.js", { "accept-encoding": accepted });
      expect(got.headers.get("content-encoding")).toBe(coding);
      expect(got.headers.get("vary")).toBe("accept-encoding");
      expect(await got.text()).toBe(body);
      tags.add(got.headers.get("etag"));
    }
    expect(tags.size).toBe(3);
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

  test("answers HEAD with its length alone", async () => {
    const got = await get("/assets/app-1a2b.js", {}, "HEAD");
    expect(got.headers.get("content-length")).toBe(String(SCRIPT.length));
    expect(await got.text()).toBe("");
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
    expect(got.headers.get("content-type")).toBe("text/html;charset=utf-8");
    expect(got.headers.get("cache-control")).toBe("no-cache");
    expect(await got.text()).toContain("<title>Parley</title>");
  }
});

test("a person who is lost gets the page with 404, which no ETag turns into 304", async () => {
  const headers = { ...(await bearer()), accept: "text/html", "if-none-match": "*" };
  const got = await get("/nowhere", headers);
  expect(got.status).toBe(404);
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
  expect(await loadClientFiles(nowhere)).toEqual({ page: null, files: new Map() });
  await using bare = await startTestGateway(NO_SERVER, {}, { clientFolder: nowhere });
  const got = await fetch(new URL("/login", bare.url));
  expect(got.status).toBe(503);
  expect(await got.json()).toMatchObject({ code: "unavailable" });
});
