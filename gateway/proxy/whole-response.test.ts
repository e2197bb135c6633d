import { afterEach, beforeEach, expect, test } from "bun:test";
import type { Socket } from "node:net";
import { createUpstream } from "@parley/upstream";
import { type RawServer, startRawServer } from "../testing/raw-server.ts";
import { createProxyApp, readProblem } from "../testing/test-proxy.ts";

const LENGTH = 200_000;
const HEAD = `HTTP/1.1 200 OK\r\ncontent-length: ${LENGTH}\r\n\r\n`;

let server: RawServer;
let sendRest: (socket: Socket) => void;
let places: number;
beforeEach(async () => {
  places = 0;
  server = await startRawServer((socket) => {
    socket.write(`${HEAD}${"a".repeat(LENGTH - 3)}`);
    sendRest(socket);
  });
});
afterEach(() => server[Symbol.dispose]());

/** Sends a request through a proxy that counts the places among the downloads. */
async function request({ responseMs = 10_000 } = {}): Promise<Response> {
  const timeouts = { connectMs: 5_000, responseMs, keepAliveMs: 5_000 };
  const app = createProxyApp(createUpstream(server.url, timeouts), {
    beginTransfer() {
      places++;
      return () => void places--;
    },
  });
  return app.request("http://chat.example/service/api/x", {}, {});
}

test("A whole response has its place among the downloads before it is read, and until it is sent", async () => {
  sendRest = async (socket) => {
    while (places === 0) await Bun.sleep(1);
    socket.write("end");
  };
  const response = await request();
  expect(places).toBe(1);
  expect(response.headers.get("content-length")).toBe(String(LENGTH));
  expect(await response.text()).toBe(`${"a".repeat(LENGTH - 3)}end`);
  expect(places).toBe(0);
});

test("A whole response that is cut off is answered with 502 and leaves its place", async () => {
  sendRest = (socket) => socket.end();
  expect(await readProblem(request())).toEqual([502, "bad_gateway"]);
  await server.waitUntilClosed();
  expect(places).toBe(0);
});

test("A whole response whose rest does not come is answered with 504 and leaves its place", async () => {
  sendRest = () => {};
  expect(await readProblem(request({ responseMs: 100 }))).toEqual([504, "timeout"]);
  await server.waitUntilClosed();
  expect(places).toBe(0);
});
