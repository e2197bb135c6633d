import { afterEach, beforeEach, expect, test } from "bun:test";
import { createUpstream } from "@parley/upstream";
import { readProblem, startTestProxy, type TestProxy } from "../testing/test-proxy.ts";

let proxy: TestProxy;
beforeEach(async () => {
  proxy = await startTestProxy();
});
afterEach(() => proxy[Symbol.dispose]());

test("A short response that is cut off is answered with 502", async () => {
  proxy.onRequest = (socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nok");
  expect(await readProblem(proxy.request())).toEqual([502, "bad_gateway"]);
});

test("A response that is malformed before any of it was passed on is answered with 502", async () => {
  proxy.onRequest = (socket) =>
    socket.end("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\nZZ\r\n");
  expect(await readProblem(proxy.request())).toEqual([502, "bad_gateway"]);
});

test("A long response is aborted when the server stops sending", async () => {
  proxy.onRequest = (socket) => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 999999\r\n\r\nok");
  const response = await proxy.request("GET", { responseMs: 300 });
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
    proxy.onRequest = (socket) => socket.write(`HTTP/1.1 205 Reset Content\r\n${rest}`);
    const upstream = createUpstream(proxy.server.url);
    const response = await proxy.request("GET", { upstream });
    expect([
      response.status,
      await response.text(),
      response.headers.get("content-length"),
    ]).toEqual([205, "", null]);
    upstream[Symbol.dispose]();
    await proxy.server.waitUntilClosed();
  },
);

test("A response that its reader cancels is no fault of the server", async () => {
  proxy.onRequest = (socket) => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 999999\r\n\r\nok");
  const reader = (await proxy.request()).body?.getReader();
  expect(await reader?.read()).toMatchObject({ done: false });
  const next = reader?.read();
  await reader?.cancel();
  await next;
  await proxy.server.waitUntilClosed();
  expect(proxy.aborted).toEqual([]);
});
