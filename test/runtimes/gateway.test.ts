import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { gunzipSync, gzipSync } from "node:zlib";
import { COUNTS_SEGMENTS, fetchSegments } from "@parley/platform/http/testing/fetch-segments";
import { exchange } from "../security/raw-http.ts";
import { type StandaloneGateway, startStandaloneGateway } from "../security/standalone-gateway.ts";
import { prepare, RUNTIMES } from "./runtimes.ts";

const MiB = 1024 * 1024;
const ECHO = "/service/api/profile";

interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
}

/** Responds as the test says, or echoes the request. */
let override: ((request: Request) => Response | Promise<Response>) | undefined;
async function echo(request: Request): Promise<Response> {
  if (override) return override(request);
  const { method, url, headers } = request;
  const { byteLength: bytes } = await request.bytes();
  return Response.json({ method, url, headers: Object.fromEntries(headers), bytes });
}

describe.each(RUNTIMES)("the gateway on %s", (runtime) => {
  let gateway: StandaloneGateway;
  beforeAll(async () => {
    gateway = await startStandaloneGateway(
      { RATE_LIMIT_FILES_RPS: "3" },
      echo,
      await prepare(runtime),
    );
  });
  afterAll(() => gateway[Symbol.asyncDispose]());

  async function get(path: string, init: BunFetchRequestInit = {}): Promise<Response> {
    const [, authorization = ""] = gateway.authorization.split(": ");
    const headers = { authorization, ...(init.headers as Record<string, string>) };
    return fetch(gateway.url + path, { redirect: "manual", decompress: false, ...init, headers });
  }

  async function responding<T>(
    respond: NonNullable<typeof override>,
    request: () => Promise<T>,
  ): Promise<T> {
    override = respond;
    return request().finally(() => {
      override = undefined;
    });
  }

  test("Callers without a token reach the public routes and no others", async () => {
    const statusOf = async (path: string, accept = "*/*") =>
      (await fetch(gateway.url + path, { headers: { accept }, redirect: "manual" })).status;
    expect(await statusOf("/healthz")).toBe(200);
    expect(await statusOf("/login", "text/html")).toBe(200);
    expect(await statusOf("/chat", "text/html")).toBe(302);
    expect(await statusOf("/chat")).toBe(401);
    expect(await statusOf(ECHO)).toBe(401);
    expect(await statusOf("/service/api//login")).toBe(400);
    expect(await statusOf("/nowhere")).toBe(401);
    expect((await get("/nowhere", { headers: { accept: "text/html" } })).status).toBe(404);
  });

  test("The server learns who calls, and headers that no caller may set are removed", async () => {
    const response = await get(`${ECHO}?a=%20b`, {
      headers: { "x-forwarded-for": "1.2.3.4", "x-user-id": "me", "x-request-id": "mine" },
    });
    expect(response.headers.get("x-request-id")).toBe("mine");
    const { method, url, headers } = (await response.json()) as Received;
    expect([method, new URL(url).search]).toEqual(["GET", "?a=%20b"]);
    expect(headers).toMatchObject({
      "x-forwarded-for": "127.0.0.1",
      "x-forwarded-host": new URL(gateway.url).host,
      "x-forwarded-proto": "http",
      "x-request-id": "mine",
      traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/),
    });
    expect(headers).not.toHaveProperty("x-user-id");
  });

  test("Responses pass unchanged: compressed, redirecting, with cookies, or empty", async () => {
    const gzipped = () =>
      new Response(gzipSync("compressed"), { headers: { "content-encoding": "gzip" } });
    const encoded = await responding(gzipped, () =>
      get(ECHO, { headers: { "accept-encoding": "gzip" } }),
    );
    expect(encoded.headers.get("content-encoding")).toBe("gzip");
    expect(gunzipSync(await encoded.bytes()).toString()).toBe("compressed");
    const headers = new Headers({ location: "/elsewhere" });
    headers.append("set-cookie", "a=1; HttpOnly");
    headers.append("set-cookie", "b=2");
    const moved = await responding(
      () => new Response(null, { status: 303, headers }),
      () => get(ECHO),
    );
    expect([moved.status, moved.headers.get("location")]).toEqual([303, "/elsewhere"]);
    expect(moved.headers.getSetCookie()).toEqual(["a=1; HttpOnly", "b=2"]);
    for (const status of [204, 304]) {
      const empty = await responding(
        () => new Response(null, { status }),
        () => get(ECHO),
      );
      expect([empty.status, await empty.text()]).toEqual([status, ""]);
    }
    const head = await responding(
      () => new Response("12345"),
      () => get(ECHO, { method: "HEAD" }),
    );
    expect([head.headers.get("content-length"), await head.text()]).toEqual(["5", ""]);
  });

  test.skipIf(!COUNTS_SEGMENTS)(
    "A response of up to 256 KiB is sent in one write, head and body together",
    async () => {
      for (const size of [1_000, 20_000, 64 * 1024, 100_000, 256 * 1024]) {
        const { body, segments, segmentsOfOneWrite } = await responding(
          () => new Response("a".repeat(size)),
          () => fetchSegments(gateway.port, ECHO, [gateway.authorization]),
        );
        expect(body.toString()).toBe("a".repeat(size));
        expect(segments, `${size} bytes`).toBeLessThanOrEqual(segmentsOfOneWrite);
      }
    },
  );

  test("Bodies stream in both directions, and a body that is too large is refused with or without a length", async () => {
    const post = (
      body: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>,
      path = "/service/api/files",
    ) => get(path, { method: "POST", body });
    const withoutLength = (bytes: number) => new Blob([new Uint8Array(bytes)]).stream();
    for (const body of [new Uint8Array(2 * MiB), withoutLength(2 * MiB)])
      expect(await (await post(body)).json()).toMatchObject({ bytes: 2 * MiB });
    for (const body of [new Uint8Array(MiB + 1), withoutLength(MiB + 1)])
      expect((await post(body, "/service/api/messages")).status).toBe(413);
    for (const body of [new Uint8Array(4_097), withoutLength(4_097)])
      expect((await post(body, "/service/api/login")).status).toBe(413);
    const rest = Promise.withResolvers<void>();
    const inChunks = async function* () {
      yield "first";
      await rest.promise;
      yield "last";
    };
    const streamed = await responding(
      () => new Response(inChunks() as unknown as ReadableStream),
      () => get(ECHO),
    );
    const reader = streamed.body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("first");
    rest.resolve();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("last");
  });

  test("A body with a content coding is refused with 415 and the codings that are accepted", async () => {
    for (const path of ["/service/api/login", "/service/api/messages", "/service/api/files"]) {
      const headers = { "content-encoding": "gzip" };
      const response = await get(path, { method: "POST", body: gzipSync("{}"), headers });
      expect([response.status, response.headers.get("accept-encoding")]).toEqual([415, "identity"]);
      expect(await response.json()).toMatchObject({ code: "unsupported_media" });
      const identity = { "content-encoding": "identity" };
      expect((await get(path, { method: "POST", body: "{}", headers: identity })).status).toBe(200);
    }
  });

  test("Pipelined requests are answered in their order, or not at all where the runtime cannot wait", async () => {
    const request = (path: string, ...headers: string[]) =>
      [`GET ${path} HTTP/1.1`, "Host: localhost", ...headers, "", ""].join("\r\n");
    const files = request("/favicon.svg") + request("/login") + request("/healthz");
    const atOnce = await exchange(gateway.port, files);
    expect(atOnce.statuses).toEqual([200, 200, 200]);
    expect(atOnce.text).toMatch(/image\/svg.*text\/html.*"status":"ok"/s);
    const { authorization } = gateway;
    const proxied = request(`${ECHO}?1`, authorization) + request(`${ECHO}?2`, authorization);
    const { statuses, text, ended } = await exchange(gateway.port, proxied);
    // Bun ends a connection that brings a request before the response to the one before: docs/decisions/http-on-bun.md.
    if (runtime === "bun") expect([statuses, ended]).toEqual([[], true]);
    else expect([statuses, text]).toEqual([[200, 200], expect.stringMatching(/\?1".*\?2"/s)]);
  });

  test("The page's files are served in the best encoding, in ranges, and as 304 to a client that has them", async () => {
    const path = "/favicon.svg";
    const plain = await get(path, { headers: { "accept-encoding": "identity" } });
    const whole = await plain.bytes();
    for (const encoding of ["br", "zstd", "gzip"]) {
      const encoded = await get(path, { headers: { "accept-encoding": encoding } });
      expect([encoded.status, encoded.headers.get("content-encoding")]).toEqual([200, encoding]);
      await encoded.bytes();
    }
    const part = await get(path, { headers: { range: "bytes=1-4" } });
    expect([part.status, await part.bytes()]).toEqual([206, whole.slice(1, 5)]);
    const etag = plain.headers.get("etag") ?? "";
    const revalidated = await get(path, {
      headers: { "if-none-match": etag, "accept-encoding": "identity" },
    });
    expect(revalidated.status).toBe(304);
  });

  test("Requests are limited and measured, and errors are problems", async () => {
    const statuses: number[] = [];
    for (let n = 0; n < 4; n++) statuses.push((await get("/service/api/files/1")).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
    const metrics = await (await get("/metrics")).text();
    expect(metrics).toMatch(/^gateway_rate_limit_blocked_total\{kind="user"} 1$/m);
    expect(metrics).toMatch(new RegExp(`^app_info\\{version=".+",runtime="${runtime} \\d`, "m"));
    const refused = await get("/ws");
    expect(refused.headers.get("content-type")).toBe("application/problem+json");
    expect(refused.status).toBe(runtime === "bun" ? 426 : 501);
  });

  test("A request while the server is away is answered with 503, and the gateway exits with 0", async () => {
    const away = await startStandaloneGateway(
      { SERVER_URL: "http://127.0.0.1:1" },
      echo,
      await prepare(runtime),
    );
    const [, authorization = ""] = away.authorization.split(": ");
    const got = await fetch(away.url + ECHO, { headers: { authorization } });
    expect([got.status, got.headers.get("retry-after")]).toEqual([503, "1"]);
    expect((await fetch(`${away.url}/readyz`)).status).toBe(503);
    expect(await away.program.end()).toBe(0);
    await away[Symbol.asyncDispose]();
  });
});
