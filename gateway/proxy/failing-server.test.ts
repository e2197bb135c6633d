import { afterEach, beforeEach, expect, test } from "bun:test";
import { connect, type Socket } from "node:net";
import { problemResponse, type Refusal } from "@parley/platform/http/problem";
import { continueTrace } from "@parley/platform/http/trace-context";
import { createUpstream, type Upstream } from "@parley/upstream";
import { Hono } from "hono";
import { createMiddleware } from "hono/factory";
import { createFindRoute } from "../access/find-route.ts";
import type { GatewayEnv } from "../gateway-env.ts";
import { type RawServer, startRawServer } from "../testing/raw-server.ts";
import { type Circuit, createCircuit } from "./circuit.ts";
import { createProxy } from "./proxy.ts";

let broken: RawServer;
let onRequest: (socket: Socket, data: Buffer) => void;
let requests = 0;
const failures: string[] = [];
const aborted: string[] = [];
const onAborted = (code: string) => void aborted.push(code);
const onFailure = (code: string) => void failures.push(code);

/** A server with a backlog of one that accepts nothing: the kernel ignores connections after the first two. */
const SILENT_SERVER = `require("node:net").createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, function () {
  process.stdout.write(this.address().port + "\\n", () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
})`;

beforeEach(async () => {
  requests = 0;
  failures.length = 0;
  aborted.length = 0;
  broken = await startRawServer((socket, data) => {
    requests++;
    onRequest(socket, data);
  });
});
afterEach(() => broken[Symbol.dispose]());

interface RequestOptions {
  readonly connectMs?: number;
  readonly responseMs?: number;
  readonly url?: string;
  readonly circuit?: Circuit;
  readonly upstream?: Upstream;
  readonly path?: string;
  readonly body?: ReadableStream<Uint8Array>;
}

function proxyRequest(
  method = "GET",
  {
    connectMs = 5_000,
    responseMs = 5_000,
    url = broken.url,
    upstream = createUpstream(url, { connectMs, responseMs, keepAliveMs: 5_000 }),
    path,
    body,
    circuit = createCircuit(),
  }: RequestOptions = {},
) {
  const app = new Hono<GatewayEnv>();
  app.onError((error) => problemResponse(error as Refusal));
  app.use(setVariables);
  const minimumRate = { bytes: 16 * 1024, withinMs: responseMs };
  app.all("*", createProxy(upstream, { minimumRate, onFailure, onAborted, circuit }));
  const sentBody = body ?? (method === "POST" ? "{}" : null);
  return app.request(
    `http://chat.example${path ?? "/service/api/x"}`,
    { method, body: sentBody },
    {},
  );
}

const setVariables = createMiddleware<GatewayEnv>(async (c, next) => {
  c.set("trace", continueTrace(undefined));
  c.set("address", "192.0.2.1");
  c.set("route", findRoute(c.req.method, c.req.path));
  await next();
});

const findRoute = createFindRoute([]);

/** An endless body of single bytes that arrive within the response timeout. */
function slowBody(): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      await Bun.sleep(10);
      controller.enqueue(new Uint8Array(1));
    },
  });
}

async function freePort(): Promise<number> {
  const probe = Bun.serve({ port: 0, fetch: () => new Response() });
  const { port } = probe;
  await probe.stop();
  return Number(port);
}

async function codeOf(pending: Response | Promise<Response>): Promise<[number, unknown]> {
  const response = await pending;
  const { code } = (await response.json()) as { code: unknown };
  return [response.status, code];
}

test("An unreachable server is answered with 503 and a Retry-After", async () => {
  const response = await proxyRequest("POST", { url: "http://127.0.0.1:1" });
  expect(response.headers.get("retry-after")).toBe("1");
  expect(await codeOf(response)).toEqual([503, "unavailable"]);
});

test("A server that does not respond in time is answered with 504", async () => {
  onRequest = () => {};
  const circuit = createCircuit({ maxFailures: 1 });
  expect(await codeOf(proxyRequest("GET", { responseMs: 50, circuit }))).toEqual([504, "timeout"]);
  // The timeout of one request does not open the circuit.
  expect(circuit.isOpen()).toBe(false);
});

test.each(["/service/api/files", "/service/api/chats"])(
  "A body that arrives too slowly for %s is answered with 408, and the connection to the server is closed",
  async (path) => {
    onRequest = () => {};
    const circuit = createCircuit({ maxFailures: 1 });
    const slow = proxyRequest("POST", { responseMs: 100, path, body: slowBody(), circuit });
    expect((await slow).headers.get("connection")).toBe("close");
    expect(await codeOf(slow)).toEqual([408, "request_timeout"]);
    expect([failures, circuit.isOpen()]).toEqual([[], false]);
    await broken.waitUntilClosed();
  },
);

test("A server that does not read a body is answered with 504", async () => {
  onRequest = (socket) => socket.pause();
  const body = new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(64 * 1024)),
  });
  const path = "/service/api/files";
  const slow = proxyRequest("POST", { responseMs: 100, path, body });
  expect(await codeOf(slow)).toEqual([504, "timeout"]);
  expect(failures).toEqual(["timeout"]);
});

test("A malformed response is answered with 502", async () => {
  onRequest = (socket) => socket.end("nonsense\r\n\r\n");
  expect(await codeOf(proxyRequest())).toEqual([502, "bad_gateway"]);
});

test.each(["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "POST", "PATCH"])(
  "A %s request whose new connection breaks is not sent again",
  async (method) => {
    onRequest = (socket) => socket.destroy();
    expect((await proxyRequest(method)).status).toBe(502);
    expect(requests).toBe(1);
  },
);

test.each(["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "POST", "PATCH"])(
  "A %s request whose reused connection breaks is not sent again",
  async (method) => {
    const upstream = createUpstream(broken.url);
    onRequest = (socket) => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
    await (await proxyRequest("GET", { upstream })).text();
    requests = 0;
    onRequest = (socket) => socket.destroy();
    expect((await proxyRequest(method, { upstream })).status).toBe(502);
    expect([requests, broken.sockets.length]).toEqual([1, 1]);
  },
);

test("An idempotent request that found no server is sent once more", async () => {
  for (const method of ["GET", "DELETE", "POST"]) {
    const url = `http://127.0.0.1:${await freePort()}`;
    let late: ReturnType<typeof Bun.serve> | undefined;
    const real = createUpstream(url);
    const upstream: Upstream = {
      async send(request) {
        try {
          return await real.send(request);
        } finally {
          late ??= Bun.serve({ port: Number(new URL(url).port), fetch: () => new Response("ok") });
        }
      },
      [Symbol.dispose]() {},
    };
    expect((await proxyRequest(method, { url, upstream })).status).toBe(
      method === "POST" ? 503 : 200,
    );
    await late?.stop(true);
  }
});

test("The rest of a body that the server did not wait for is not taken for another request", async () => {
  const seen: [string, Socket][] = [];
  const app = new Hono<GatewayEnv>();
  app.use(setVariables);
  app.all("*", createProxy(createUpstream(broken.url)));
  onRequest = (socket, data) => {
    seen.push([String(data), socket]);
    socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
  };
  const unfinished = new ReadableStream({ start: (c) => c.enqueue(new Uint8Array([1])) });
  const init = { method: "POST", body: unfinished, headers: { "content-length": "50" } };
  await (await app.request("http://chat.example/service/api/files", init)).text();
  await (await app.request("http://chat.example/service/api/x")).text();
  const [, first] = seen[0] ?? [];
  const [text, last] = seen.at(-1) ?? [];
  expect(text).toStartWith("GET /service/api/x ");
  expect(last === first).toBe(false);
});

test("A server that accepts no connection is answered with 503 after the gateway's own timeout", async () => {
  // Node, because Bun always uses a backlog of 512.
  await using silent = Bun.spawn(["node", "-e", SILENT_SERVER], { stdout: "pipe" });
  const { value } = await silent.stdout.getReader().read();
  const port = Number(new TextDecoder().decode(value));
  const before: Socket[] = [];
  for (let n = 0; n < 2; n++) {
    const { promise, resolve } = Promise.withResolvers<void>();
    before.push(connect(port, "127.0.0.1", resolve));
    await promise;
  }
  const url = `http://127.0.0.1:${port}`;
  expect(await codeOf(proxyRequest("GET", { url, connectMs: 100 }))).toEqual([503, "unavailable"]);
  for (const socket of before) socket.destroy();
});

test("A slow server that accepts connections is waited for", async () => {
  onRequest = async (socket) => {
    await Bun.sleep(300);
    socket.end("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
  };
  expect(await (await proxyRequest("GET", { connectMs: 100 })).text()).toBe("ok");
});

test("A short response that is cut off is answered with 502", async () => {
  onRequest = (socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nok");
  expect(await codeOf(proxyRequest())).toEqual([502, "bad_gateway"]);
});

test("A response that is malformed before any of it was passed on is answered with 502", async () => {
  onRequest = (socket) =>
    socket.end("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\nZZ\r\n");
  expect(await codeOf(proxyRequest())).toEqual([502, "bad_gateway"]);
});

test("A long response is aborted when the server stops sending", async () => {
  onRequest = (socket) => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 999999\r\n\r\nok");
  const response = await proxyRequest("GET", { responseMs: 300 });
  expect(response.status).toBe(200);
  const error = await response.text().then(
    () => null,
    (error) => error,
  );
  expect(error?.message).toBe("The response was aborted");
});

test.each(["content-length: 5\r\n\r\nhello", "transfer-encoding: chunked\r\n\r\n5\r\nhel"])(
  "A body of a 205 response is dropped: %j",
  async (rest) => {
    onRequest = (socket) => socket.write(`HTTP/1.1 205 Reset Content\r\n${rest}`);
    const upstream = createUpstream(broken.url);
    const response = await proxyRequest("GET", { upstream });
    expect([
      response.status,
      await response.text(),
      response.headers.get("content-length"),
    ]).toEqual([205, "", null]);
    upstream[Symbol.dispose]();
    await broken.waitUntilClosed();
  },
);

test("A response that its reader cancels is no fault of the server", async () => {
  onRequest = (socket) => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 999999\r\n\r\nok");
  const reader = (await proxyRequest()).body?.getReader();
  expect(await reader?.read()).toMatchObject({ done: false });
  const next = reader?.read();
  await reader?.cancel();
  await next;
  await broken.waitUntilClosed();
  expect(aborted).toEqual([]);
});

test("A server that is down gets one probe per interval", async () => {
  onRequest = (socket) => socket.destroy();
  const circuit = createCircuit({ maxFailures: 3, probeIntervalMs: 1_000 });
  for (let n = 0; n < 3; n++)
    expect(await codeOf(proxyRequest("POST", { circuit }))).toEqual([502, "bad_gateway"]);
  expect(await codeOf(proxyRequest("POST", { circuit }))).toEqual([503, "unavailable"]);
  expect(requests).toBe(3);
  onRequest = (socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
  await Bun.sleep(1_000);
  expect(await (await proxyRequest("POST", { circuit })).text()).toBe("ok");
  expect(circuit.isOpen()).toBe(false);
});

test("The request to the server is aborted at once when its caller is gone", async () => {
  const app = new Hono<GatewayEnv>();
  app.use(setVariables);
  app.all("*", createProxy(createUpstream(broken.url)));
  const caller = new AbortController();
  const gone = Promise.withResolvers<void>();
  onRequest = (socket) => {
    socket.on("close", () => gone.resolve());
    caller.abort();
  };
  const { signal } = caller;
  const response = await app.request("http://chat.example/service/api/x", { signal });
  expect(response.status).toBe(499);
  await gone.promise;
});
