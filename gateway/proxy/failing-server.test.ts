import { afterEach, beforeEach, expect, test } from "bun:test";
import { connect, type Socket } from "node:net";
import { freePort } from "@parley/platform/testing/free-port";
import { createUpstream, type Upstream } from "@parley/upstream";
import {
  createProxyApp,
  readProblem,
  startTestProxy,
  type TestProxy,
} from "../testing/test-proxy.ts";
import { createCircuit } from "./circuit.ts";

/** A server with a backlog of one that accepts nothing: the kernel ignores connections after the first two. */
const SILENT_SERVER = `require("node:net").createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, function () {
  process.stdout.write(this.address().port + "\\n", () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
})`;

let proxy: TestProxy;
beforeEach(async () => {
  proxy = await startTestProxy();
});
afterEach(() => proxy[Symbol.dispose]());

/** An endless body of single bytes that arrive within the response timeout. */
function slowBody(): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      await Bun.sleep(10);
      controller.enqueue(new Uint8Array(1));
    },
  });
}

test("An unreachable server is answered with 503 and a Retry-After", async () => {
  const response = await proxy.request("POST", { url: "http://127.0.0.1:1" });
  expect(response.headers.get("retry-after")).toBe("1");
  expect(await readProblem(response)).toEqual([503, "unavailable"]);
});

test("A server that does not respond in time is answered with 504", async () => {
  proxy.onRequest = () => {};
  const circuit = createCircuit({ maxFailures: 1 });
  expect(await readProblem(proxy.request("GET", { responseMs: 50, circuit }))).toEqual([
    504,
    "timeout",
  ]);
  // The timeout of one request does not open the circuit.
  expect(circuit.isOpen()).toBe(false);
});

test("A buffered body that takes too long in all is answered with 408, however fast its pieces come", async () => {
  const endless = new ReadableStream<Uint8Array>({
    async pull(controller) {
      await Bun.sleep(20);
      controller.enqueue(new Uint8Array(20 * 1024));
    },
  });
  const slow = proxy.request("POST", {
    body: endless,
    responseMs: 200,
    path: "/service/api/chats",
  });
  expect(await readProblem(slow)).toEqual([408, "request_timeout"]);
  expect(proxy.requests).toBe(0);
});

test.each(["/service/api/files", "/service/api/chats"])(
  "A body that arrives too slowly for %s is answered with 408, and the connection to the server is closed",
  async (path) => {
    proxy.onRequest = () => {};
    const circuit = createCircuit({ maxFailures: 1 });
    const slow = proxy.request("POST", { responseMs: 100, path, body: slowBody(), circuit });
    expect((await slow).headers.get("connection")).toBe("close");
    expect(await readProblem(slow)).toEqual([408, "request_timeout"]);
    expect([proxy.failures, circuit.isOpen()]).toEqual([[], false]);
    await proxy.server.waitUntilClosed();
  },
);

test("A server that does not read a body is answered with 504", async () => {
  proxy.onRequest = (socket) => socket.pause();
  const body = new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(64 * 1024)),
  });
  const path = "/service/api/files";
  const slow = proxy.request("POST", { responseMs: 100, path, body });
  expect(await readProblem(slow)).toEqual([504, "timeout"]);
  expect(proxy.failures).toEqual(["timeout"]);
});

test("A malformed response is answered with 502", async () => {
  proxy.onRequest = (socket) => socket.end("nonsense\r\n\r\n");
  expect(await readProblem(proxy.request())).toEqual([502, "bad_gateway"]);
});

test.each(["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "POST", "PATCH"])(
  "A %s request whose new connection breaks is not sent again",
  async (method) => {
    proxy.onRequest = (socket) => socket.destroy();
    expect((await proxy.request(method)).status).toBe(502);
    expect(proxy.requests).toBe(1);
  },
);

test.each(["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "POST", "PATCH"])(
  "A %s request whose reused connection breaks is not sent again",
  async (method) => {
    const upstream = createUpstream(proxy.server.url);
    proxy.onRequest = (socket) => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
    await (await proxy.request("GET", { upstream })).text();
    proxy.requests = 0;
    proxy.onRequest = (socket) => socket.destroy();
    expect((await proxy.request(method, { upstream })).status).toBe(502);
    expect([proxy.requests, proxy.server.sockets.length]).toEqual([1, 1]);
  },
);

test("An idempotent request that found no server is sent once more", async () => {
  for (const method of ["GET", "DELETE", "POST"]) {
    const url = `http://127.0.0.1:${freePort()}`;
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
    expect((await proxy.request(method, { url, upstream })).status).toBe(
      method === "POST" ? 503 : 200,
    );
    await late?.stop(true);
  }
});

test("The rest of a body that the server did not wait for is not taken for another request", async () => {
  const seen: [string, Socket][] = [];
  const app = createProxyApp(createUpstream(proxy.server.url));
  proxy.onRequest = (socket, data) => {
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
  expect(await readProblem(proxy.request("GET", { url, connectMs: 100 }))).toEqual([
    503,
    "unavailable",
  ]);
  for (const socket of before) socket.destroy();
});

test("A slow server that accepts connections is waited for", async () => {
  proxy.onRequest = async (socket) => {
    await Bun.sleep(300);
    socket.end("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
  };
  expect(await (await proxy.request("GET", { connectMs: 100 })).text()).toBe("ok");
});

test("A server that is down gets one probe per interval", async () => {
  proxy.onRequest = (socket) => socket.destroy();
  const circuit = createCircuit({ maxFailures: 3, probeIntervalMs: 1_000 });
  for (let n = 0; n < 3; n++)
    expect(await readProblem(proxy.request("POST", { circuit }))).toEqual([502, "bad_gateway"]);
  expect(await readProblem(proxy.request("POST", { circuit }))).toEqual([503, "unavailable"]);
  expect(proxy.requests).toBe(3);
  proxy.onRequest = (socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
  await Bun.sleep(1_000);
  expect(await (await proxy.request("POST", { circuit })).text()).toBe("ok");
  expect(circuit.isOpen()).toBe(false);
});

test("The request to the server is aborted at once when its caller is gone", async () => {
  const app = createProxyApp(createUpstream(proxy.server.url));
  const caller = new AbortController();
  const gone = Promise.withResolvers<void>();
  proxy.onRequest = (socket) => {
    socket.on("close", () => gone.resolve());
    caller.abort();
  };
  const { signal } = caller;
  const response = await app.request("http://chat.example/service/api/x", { signal });
  expect(response.status).toBe(499);
  await gone.promise;
});
