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

/** Listens with room for one, and accepts nobody: whoever comes after the first two is not even refused. */
const DEAF = `require("node:net").createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, function () {
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

function ask(
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
  app.use(fromSomewhere);
  const minimumRate = { bytes: 16 * 1024, withinMs: responseMs };
  app.all("*", createProxy(upstream, { minimumRate, onFailure, onAborted, circuit }));
  const said = body ?? (method === "POST" ? "{}" : null);
  return app.request(`http://chat.example${path ?? "/service/api/x"}`, { method, body: said }, {});
}

const fromSomewhere = createMiddleware<GatewayEnv>(async (c, next) => {
  c.set("trace", continueTrace(undefined));
  c.set("address", "192.0.2.1");
  c.set("route", findRoute(c.req.method, c.req.path));
  await next();
});

const findRoute = createFindRoute([]);

/** A body of crumbs that come faster than the silence that is allowed, and never end. */
function dripping(): ReadableStream<Uint8Array> {
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

async function codeOf(answer: Response | Promise<Response>): Promise<[number, unknown]> {
  const got = await answer;
  const { code } = (await got.json()) as { code: unknown };
  return [got.status, code];
}

test("a server that is not there: the caller may come back soon", async () => {
  const got = await ask("POST", { url: "http://127.0.0.1:1" });
  expect(got.headers.get("retry-after")).toBe("1");
  expect(await codeOf(got)).toEqual([503, "unavailable"]);
});

test("a server that does not answer in time", async () => {
  onRequest = () => {};
  const circuit = createCircuit({ maxFailures: 1 });
  expect(await codeOf(ask("GET", { responseMs: 50, circuit }))).toEqual([504, "timeout"]);
  // It may be this one request that it does not answer.
  expect(circuit.isOpen()).toBe(false);
});

test.each(["/service/api/files", "/service/api/chats"])(
  "a caller that lets a body drip to %s is told that it is too slow, and the server is let go",
  async (path) => {
    onRequest = () => {};
    const circuit = createCircuit({ maxFailures: 1 });
    const drip = ask("POST", { responseMs: 100, path, body: dripping(), circuit });
    expect((await drip).headers.get("connection")).toBe("close");
    expect(await codeOf(drip)).toEqual([408, "request_timeout"]);
    expect([failures, circuit.isOpen()]).toEqual([[], false]);
    await broken.waitUntilClosed();
  },
);

test("a server that does not take a body is the one that is too slow", async () => {
  onRequest = (socket) => socket.pause();
  const body = new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(64 * 1024)),
  });
  const path = "/service/api/files";
  const slow = ask("POST", { responseMs: 100, path, body });
  expect(await codeOf(slow)).toEqual([504, "timeout"]);
  expect(failures).toEqual(["timeout"]);
});

test("a server that answers nonsense", async () => {
  onRequest = (socket) => socket.end("nonsense\r\n\r\n");
  expect(await codeOf(ask())).toEqual([502, "bad_gateway"]);
});

test.each(["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "POST", "PATCH"])(
  "a server that drops a connection with %s in it: it has read the request, and gets it no second time",
  async (method) => {
    onRequest = (socket) => socket.destroy();
    expect((await ask(method)).status).toBe(502);
    expect(requests).toBe(1);
  },
);

test.each(["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "POST", "PATCH"])(
  "a server that drops a connection it has used before, with %s in it: it gets the request no second time",
  async (method) => {
    const upstream = createUpstream(broken.url);
    onRequest = (socket) => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
    await (await ask("GET", { upstream })).text();
    requests = 0;
    onRequest = (socket) => socket.destroy();
    expect((await ask(method, { upstream })).status).toBe(502);
    expect([requests, broken.sockets.length]).toEqual([1, 1]);
  },
);

test("a server that begins to listen: a request that found nobody is sent once more, if it may be repeated", async () => {
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
    expect((await ask(method, { url, upstream })).status).toBe(method === "POST" ? 503 : 200);
    await late?.stop(true);
  }
});

test("a server that does not wait for a whole body: what is left of the body is no other request's beginning", async () => {
  const seen: [string, Socket][] = [];
  const app = new Hono<GatewayEnv>();
  app.use(fromSomewhere);
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

test("a server that takes no connection: the caller does not wait for the system's own patience", async () => {
  // Node, for Bun always leaves room for 512.
  await using deaf = Bun.spawn(["node", "-e", DEAF], { stdout: "pipe" });
  const { value } = await deaf.stdout.getReader().read();
  const port = Number(new TextDecoder().decode(value));
  const before: Socket[] = [];
  for (let n = 0; n < 2; n++) {
    const { promise, resolve } = Promise.withResolvers<void>();
    before.push(connect(port, "127.0.0.1", resolve));
    await promise;
  }
  const url = `http://127.0.0.1:${port}`;
  expect(await codeOf(ask("GET", { url, connectMs: 100 }))).toEqual([503, "unavailable"]);
  for (const socket of before) socket.destroy();
});

test("a server that is slow, but takes connections, is waited for", async () => {
  onRequest = async (socket) => {
    await Bun.sleep(300);
    socket.end("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
  };
  expect(await (await ask("GET", { connectMs: 100 })).text()).toBe("ok");
});

test("a server that ends amid a small answer", async () => {
  onRequest = (socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nok");
  expect(await codeOf(ask())).toEqual([502, "bad_gateway"]);
});

test("a server whose answer turns into nonsense before any of it was sent on", async () => {
  onRequest = (socket) =>
    socket.end("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\nZZ\r\n");
  expect(await codeOf(ask())).toEqual([502, "bad_gateway"]);
});

test("a server that falls silent amid a long answer breaks it off", async () => {
  onRequest = (socket) => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 999999\r\n\r\nok");
  const got = await ask("GET", { responseMs: 300 });
  expect(got.status).toBe(200);
  const error = await got.text().then(
    () => null,
    (error) => error,
  );
  expect(error?.message).toBe("The response was aborted");
});

test.each(["content-length: 5\r\n\r\nhello", "transfer-encoding: chunked\r\n\r\n5\r\nhel"])(
  "a server that gives a body where there can be none: %j",
  async (rest) => {
    onRequest = (socket) => socket.write(`HTTP/1.1 205 Reset Content\r\n${rest}`);
    const upstream = createUpstream(broken.url);
    const got = await ask("GET", { upstream });
    expect([got.status, await got.text(), got.headers.get("content-length")]).toEqual([
      205,
      "",
      null,
    ]);
    upstream[Symbol.dispose]();
    await broken.waitUntilClosed();
  },
);

test("a reader who has enough of an answer is no fault of the server", async () => {
  onRequest = (socket) => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 999999\r\n\r\nok");
  const reader = (await ask()).body?.getReader();
  expect(await reader?.read()).toMatchObject({ done: false });
  const next = reader?.read();
  await reader?.cancel();
  await next;
  await broken.waitUntilClosed();
  expect(aborted).toEqual([]);
});

test("a server that is away is not asked any more, but for now and then", async () => {
  onRequest = (socket) => socket.destroy();
  const circuit = createCircuit({ maxFailures: 3, probeIntervalMs: 1_000 });
  for (let n = 0; n < 3; n++)
    expect(await codeOf(ask("POST", { circuit }))).toEqual([502, "bad_gateway"]);
  expect(await codeOf(ask("POST", { circuit }))).toEqual([503, "unavailable"]);
  expect(requests).toBe(3);
  onRequest = (socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
  await Bun.sleep(1_000);
  expect(await (await ask("POST", { circuit })).text()).toBe("ok");
  expect(circuit.isOpen()).toBe(false);
});

test("a server that is still at work is told at once that its caller has gone", async () => {
  const app = new Hono<GatewayEnv>();
  app.use(fromSomewhere);
  app.all("*", createProxy(createUpstream(broken.url)));
  const caller = new AbortController();
  const gone = Promise.withResolvers<void>();
  onRequest = (socket) => {
    socket.on("close", () => gone.resolve());
    caller.abort();
  };
  const { signal } = caller;
  const got = await app.request("http://chat.example/service/api/x", { signal });
  expect(got.status).toBe(499);
  await gone.promise;
});
