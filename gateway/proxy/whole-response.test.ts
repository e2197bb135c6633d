import { afterEach, beforeEach, expect, test } from "bun:test";
import type { Socket } from "node:net";
import { createUpstream, type Upstream } from "@parley/upstream";
import { type RawServer, startRawServer } from "../testing/raw-server.ts";
import { createProxyApp, readProblem } from "../testing/test-proxy.ts";

const LENGTH = 200_000;
const HEAD = `HTTP/1.1 200 OK\r\ncontent-length: ${LENGTH}\r\n\r\n`;

let server: RawServer;
let upstream: Upstream;
let sendBody: (socket: Socket) => void;
let places: number;
beforeEach(async () => {
  places = 0;
  server = await startRawServer((socket) => {
    socket.write(`${HEAD}${"a".repeat(LENGTH - 3)}`);
    sendBody(socket);
  });
  const timeouts = { connectMs: 5_000, responseMs: 300, keepAliveMs: 5_000 };
  upstream = createUpstream(server.url, timeouts);
});
afterEach(() => {
  upstream[Symbol.dispose]();
  server[Symbol.dispose]();
});

function request(): Promise<Response> {
  const app = createProxyApp(upstream, {
    beginTransfer() {
      places++;
      return () => void places--;
    },
  });
  return Promise.resolve(app.request("http://chat.example/service/api/x", {}, {}));
}

test("A whole response has its place among the downloads before it is read, and until it is sent", async () => {
  let placesWhileRead = 0;
  sendBody = (socket) => {
    void Bun.sleep(20).then(() => {
      placesWhileRead = places;
      socket.write("end");
    });
  };
  const response = await request();
  expect([placesWhileRead, places]).toEqual([1, 1]);
  expect(response.headers.get("content-length")).toBe(String(LENGTH));
  expect(await response.text()).toBe(`${"a".repeat(LENGTH - 3)}end`);
  expect(places).toBe(0);
});

test("A whole response that is cut off, or stays away, is answered with a problem and leaves its place", async () => {
  sendBody = (socket) => socket.end();
  expect(await readProblem(request())).toEqual([502, "bad_gateway"]);
  sendBody = () => {};
  expect(await readProblem(request())).toEqual([504, "timeout"]);
  await server.waitUntilClosed();
  expect(places).toBe(0);
});
