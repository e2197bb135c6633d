import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { createServer, type Server, type Socket } from "node:net";
import { gunzipSync, gzipSync } from "node:zlib";
import { problemResponse, type Refusal } from "@parley/platform/problem";
import { Hono } from "hono";
import type { Gateway } from "../gateway.ts";
import type { GatewayEnv } from "../gateway-env.ts";
import { type ServerStandIn, startServerStandIn } from "../testing/server-stand-in.ts";
import { bearer, eventually, startTestGateway, tokenOf } from "../testing/test-gateway.ts";
import { createProxy } from "./proxy.ts";

let gateway: Gateway;
let server: ServerStandIn;
let answer: (request: Request) => Response | Promise<Response>;

beforeAll(async () => {
  server = startServerStandIn({ answer: (request) => answer(request) });
  gateway = await startTestGateway(server.url);
});
beforeEach(() => {
  answer = async (request) => new Response(await request.bytes());
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

async function send(path: string, init: BunFetchRequestInit = {}): Promise<Response> {
  const headers = { ...(await bearer()), ...(init.headers as Record<string, string>) };
  return fetch(new URL(path, gateway.url), { redirect: "manual", ...init, headers });
}

/** A body whose length nobody knows beforehand. */
function chunked(bytes: number, chunk = 64 * 1024): ReadableStream<Uint8Array> {
  let left = bytes;
  return new ReadableStream({
    pull(controller) {
      const size = Math.min(chunk, left);
      left -= size;
      if (size > 0) controller.enqueue(new Uint8Array(size));
      else controller.close();
    },
  });
}

describe("an answer comes through as it is", () => {
  test("with status, headers and cookies", async () => {
    answer = () => {
      const headers = new Headers({ etag: '"1"', "x-own": "yes", location: "/elsewhere" });
      headers.append("set-cookie", "token=a; HttpOnly");
      headers.append("set-cookie", "b=c");
      return new Response(null, { status: 303, headers });
    };
    const got = await send("/service/api/x");
    expect(got.status).toBe(303);
    expect(got.headers.get("location")).toBe("/elsewhere");
    expect(got.headers.getSetCookie()).toEqual(["token=a; HttpOnly", "b=c"]);
    expect(got.headers.get("x-own")).toBe("yes");
  });

  test("compressed, when the caller reads that, and plain when it does not", async () => {
    answer = (request) =>
      request.headers.get("accept-encoding") === "identity"
        ? new Response("plain")
        : new Response(gzipSync("compressed"), { headers: { "content-encoding": "gzip" } });
    const gzip = { "accept-encoding": "gzip" };
    const got = await send("/service/api/x", { headers: gzip, decompress: false });
    expect(got.headers.get("content-encoding")).toBe("gzip");
    expect(gunzipSync(await got.bytes()).toString()).toBe("compressed");
    expect(await (await send("/service/api/x", { headers: gzip })).text()).toBe("compressed");
    const plain = await send("/service/api/x", { headers: { "accept-encoding": "identity" } });
    expect(await plain.text()).toBe("plain");
  });

  test.each([204, 205, 304])("without a body for %d", async (status) => {
    answer = () => new Response(null, { status, headers: { etag: '"1"' } });
    const got = await send("/service/api/x");
    expect(got.status).toBe(status);
    expect(await got.text()).toBe("");
  });

  test("to HEAD with the length alone", async () => {
    answer = () => new Response("12345");
    const got = await send("/service/api/x", { method: "HEAD" });
    expect(got.headers.get("content-length")).toBe("5");
    expect(await got.text()).toBe("");
  });

  test("piece by piece, the first before the last is known", async () => {
    const rest = Promise.withResolvers<void>();
    answer = () =>
      new Response(
        new ReadableStream({
          async start(controller) {
            controller.enqueue(new TextEncoder().encode("first"));
            await rest.promise;
            controller.enqueue(new TextEncoder().encode("last"));
            controller.close();
          },
        }),
      );
    const reader = (await send("/service/api/x")).body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("first");
    rest.resolve();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("last");
  });

  test("with the server's own security headers, where it has set some", async () => {
    answer = () => new Response("x", { headers: { "content-security-policy": "sandbox" } });
    const got = await send("/service/api/files/1");
    expect(got.headers.get("content-security-policy")).toBe("sandbox");
    expect(got.headers.get("x-content-type-options")).toBe("nosniff");
  });
});

describe("a request reaches the server", () => {
  test("with the user's token from the cookie, and without the cookie", async () => {
    const token = await tokenOf();
    const headers = { cookie: `a=b; token=${token}`, "x-request-id": "mine-1" };
    const got = await fetch(new URL("/service/api/profile?x=1", gateway.url), { headers });
    const seen = server.requests.at(-1)?.headers;
    expect(seen?.get("authorization")).toBe(`Bearer ${token}`);
    expect(seen?.has("cookie")).toBe(false);
    expect(seen?.get("x-request-id")).toBe("mine-1");
    expect(got.headers.get("x-request-id")).toBe("mine-1");
    expect(seen?.get("x-forwarded-for")).toBe("127.0.0.1");
    expect(seen?.get("x-forwarded-host")).toBe(gateway.url.host);
    expect(seen?.get("x-forwarded-proto")).toBe("http");
  });

  test("while its body is still on the way, when it is a file", async () => {
    const rest = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<number | undefined>();
    answer = async (request) => {
      const reader = request.body?.getReader();
      arrived.resolve((await reader?.read())?.value?.byteLength);
      while (!(await reader?.read())?.done);
      return new Response("whole");
    };
    const body = new ReadableStream({
      async start(controller) {
        controller.enqueue(new Uint8Array(1_000));
        await rest.promise;
        controller.close();
      },
    });
    const got = send("/service/api/files", { method: "POST", body });
    expect(await arrived.promise).toBe(1_000);
    rest.resolve();
    expect(await (await got).text()).toBe("whole");
  });

  test("not at all, when its method is none of an API's", async () => {
    const before = server.requests.length;
    const got = await send("/service/api/x", { method: "PROPFIND" });
    expect(got.status).toBe(405);
    expect(server.requests.length).toBe(before);
  });
});

describe("a body that is too large is refused", () => {
  const MiB = 1024 * 1024;
  test.each([
    ["POST", "/service/api/messages", MiB],
    ["PATCH", "/service/api/profile", MiB],
    ["POST", "/service/api/profile/avatar", MiB],
    ["PUT", "/service/api/profile/avatar", 5 * MiB],
    ["POST", "/service/api/files", 25 * MiB],
  ])("%s %s above %d bytes, its length said or not", async (method, path, limit) => {
    for (const body of [new Uint8Array(limit), chunked(limit)]) {
      const got = await send(path, { method, body });
      expect([got.status, (await got.bytes()).byteLength]).toEqual([200, limit]);
    }
    for (const body of [new Uint8Array(limit + 1), chunked(limit + 1)]) {
      const got = await send(path, { method, body });
      expect(got.status).toBe(413);
      expect(await got.json()).toMatchObject({ code: "too_large" });
    }
  });
});

describe("when the server fails", () => {
  const sockets = new Set<Socket>();
  let broken: Server;
  let onRequest: (socket: Socket, count: number) => void;
  let requests = 0;

  beforeEach(async () => {
    requests = 0;
    broken = createServer((socket) => {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("data", () => onRequest(socket, ++requests));
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    broken.listen(0, "127.0.0.1", resolve);
    await promise;
  });
  afterEach(() => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
    broken.close();
  });

  function ask(method = "GET", { timeout = 5_000, url = brokenUrl() } = {}) {
    const app = new Hono<GatewayEnv>();
    app.onError((error) => problemResponse(error as Refusal));
    app.all("*", createProxy(url, { timeout }));
    const body = method === "POST" ? "{}" : null;
    return app.request("http://chat.example/service/api/x", { method, body });
  }

  function brokenUrl(): string {
    const address = broken.address();
    return `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  }

  async function codeOf(answer: Response | Promise<Response>): Promise<[number, unknown]> {
    const got = await answer;
    const { code } = (await got.json()) as { code: unknown };
    return [got.status, code];
  }

  test("to be there, the caller may come back soon", async () => {
    const got = await ask("POST", { url: "http://127.0.0.1:1" });
    expect(got.headers.get("retry-after")).toBe("1");
    expect(await codeOf(got)).toEqual([503, "unavailable"]);
  });

  test("to answer in time", async () => {
    onRequest = () => {};
    expect(await codeOf(ask("GET", { timeout: 50 }))).toEqual([504, "timeout"]);
  });

  test("to answer properly", async () => {
    onRequest = (socket) => socket.end("nonsense\r\n\r\n");
    expect(await codeOf(ask())).toEqual([502, "bad_gateway"]);
  });

  test("to keep a connection, a request that may be repeated is sent once more", async () => {
    onRequest = (socket, count) =>
      count === 1 ? socket.destroy() : socket.end("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
    expect(await (await ask()).text()).toBe("ok");
    expect(requests).toBe(2);
  });

  test("to wait for a whole body, what is left of the body is no other request's beginning", async () => {
    const seen: [string, Socket][] = [];
    const app = new Hono<GatewayEnv>();
    app.all("*", createProxy(brokenUrl()));
    broken.on("connection", (socket) =>
      socket.on("data", (data) => seen.push([String(data), socket])),
    );
    onRequest = (socket) => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
    const unfinished = new ReadableStream({ start: (c) => c.enqueue(new Uint8Array([1])) });
    const init = { method: "POST", body: unfinished, headers: { "content-length": "50" } };
    await (await app.request("http://chat.example/service/api/files", init)).text();
    await (await app.request("http://chat.example/service/api/x")).text();
    const [, first] = seen[0] ?? [];
    const [text, last] = seen.at(-1) ?? [];
    expect(text).toStartWith("GET /service/api/x ");
    expect(last === first).toBe(false);
  });

  test("to keep a connection, a request that may not be repeated is not", async () => {
    onRequest = (socket) => socket.destroy();
    expect(await codeOf(ask("POST"))).toEqual([502, "bad_gateway"]);
    expect(requests).toBe(1);
  });
});

test("a caller that goes away takes its request with it", async () => {
  const gone = Promise.withResolvers<void>();
  let begun = false;
  answer = (request) => {
    begun = true;
    request.signal.addEventListener("abort", () => gone.resolve());
    return new Promise(() => {});
  };
  const caller = new AbortController();
  const got = send("/service/api/slow", { signal: caller.signal }).catch(() => "aborted");
  await eventually(() => begun);
  caller.abort();
  expect(await got).toBe("aborted" as never);
  await gone.promise;
});
