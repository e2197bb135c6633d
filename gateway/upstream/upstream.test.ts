import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { Socket } from "node:net";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { type RawServer, startRawServer } from "../testing/raw-server.ts";
import type { ResponseBody } from "./body-queue.ts";
import { BrokenConnectionError, ResponseTimeoutError, UnreachableError } from "./errors.ts";
import { isStreamed, type UpstreamResponse } from "./exchange.ts";
import type { UpstreamRequest } from "./request-head.ts";
import { createUpstream, type Upstream } from "./upstream.ts";

const OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
/** Too long to come whole. */
const LONG = 100_000;
const LONG_HEAD = `HTTP/1.1 200 OK\r\ncontent-length: ${LONG}\r\n\r\n`;

const TIMEOUTS = { connectMs: 1_000, responseMs: 60_000, keepAliveMs: 60_000 };

let server: RawServer;
/** What came, over all connections. */
let received: string;
let onData: (socket: Socket) => void;
let upstream: Upstream;

beforeEach(async () => {
  received = "";
  onData = (socket) => socket.write(OK);
  server = await startRawServer((socket, data) => {
    received += data.toString("latin1");
    onData(socket);
  });
  upstream = createUpstream(server.url, TIMEOUTS);
});
afterEach(() => server[Symbol.dispose]());

/** From here on the server is waited for no longer than a moment. */
function beImpatient(): void {
  upstream = createUpstream(server.url, { ...TIMEOUTS, responseMs: 200 });
}

function ask(request: Partial<UpstreamRequest> = {}): Promise<UpstreamResponse> {
  const signal = new AbortController().signal;
  return upstream.send({ method: "GET", target: "/", headers: [], body: null, signal, ...request });
}

async function bodyOf(answer: UpstreamResponse | Promise<UpstreamResponse>): Promise<string> {
  const { body } = await answer;
  if (!isStreamed(body)) return Buffer.from(body ?? []).toString();
  return text(Readable.from(pieces(body)));
}

async function* pieces(body: ResponseBody) {
  for (let piece = await body.read(); piece; piece = await body.read()) yield piece;
}

/** There was a connection, and none is left. */
async function untilClosed(): Promise<void> {
  await until(() => server.sockets.length > 0);
  await server.waitUntilClosed();
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await Bun.sleep(2);
}

describe("a connection", () => {
  test("serves one request after the other, and each at the same time has its own", async () => {
    for (let n = 0; n < 3; n++) expect(await bodyOf(ask())).toBe("ok");
    expect(server.sockets).toHaveLength(1);
    await Promise.all([ask(), ask(), ask()]);
    expect(server.sockets).toHaveLength(3);
    await Promise.all([ask(), ask(), ask()]);
    expect(server.sockets).toHaveLength(3);
  });

  test.each([
    [
      "that the server closes",
      "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok",
    ],
    ["of HTTP/1.0", "HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nok"],
  ])("%s is used once", async (_, answer) => {
    onData = (socket) => socket.write(answer);
    expect(await bodyOf(ask())).toBe("ok");
    expect(await bodyOf(ask())).toBe("ok");
    expect(server.sockets).toHaveLength(2);
  });

  test("over which something comes unasked is used no more", async () => {
    await ask();
    server.sockets[0]?.write("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil");
    await untilClosed();
    expect(await bodyOf(ask())).toBe("ok");
    expect(server.sockets).toHaveLength(2);
  });

  test("that ends while nobody uses it is used no more", async () => {
    await ask();
    server.sockets[0]?.end();
    await untilClosed();
    expect(await bodyOf(ask())).toBe("ok");
    expect(server.sockets).toHaveLength(2);
  });

  test("that nobody uses is closed after a while", async () => {
    upstream = createUpstream(server.url, { ...TIMEOUTS, keepAliveMs: 50 });
    await ask();
    await untilClosed();
  });

  test("that the server keeps for a short time is not used in the last second of it", async () => {
    const kept = OK.replace("\r\n", "\r\nkeep-alive: timeout=2\r\n");
    onData = (socket) => socket.write(kept);
    for (let n = 0; n < 3; n++) await ask();
    expect(server.sockets).toHaveLength(1);
    await Bun.sleep(1_050);
    await ask();
    expect(server.sockets).toHaveLength(2);
  });

  test("stays through a long answer that was not read as fast as it came", async () => {
    onData = (socket) => socket.write(LONG_HEAD + "x".repeat(LONG));
    for (let n = 0; n < 20; n++) expect(await bodyOf(ask())).toHaveLength(LONG);
    expect(server.sockets).toHaveLength(1);
  });

  test("is let go with an answer that nobody wants any more", async () => {
    onData = (socket) => socket.write(`${LONG_HEAD}x`);
    const { body } = await ask();
    if (isStreamed(body)) body.cancel();
    await untilClosed();
  });

  test("is let go with a request that nobody waits for any more", async () => {
    onData = () => {};
    const caller = new AbortController();
    const asked = ask({ signal: caller.signal });
    await until(() => received !== "");
    caller.abort(new Error("gone"));
    await expect(asked).rejects.toThrow("gone");
    await untilClosed();
  });

  test("is not touched when the caller of a request before goes away", async () => {
    const caller = new AbortController();
    await ask({ signal: caller.signal });
    onData = () => {};
    const next = ask();
    await until(() => received.length > 100 || received.split("GET").length === 3);
    caller.abort();
    server.sockets[0]?.write(OK);
    expect(await bodyOf(next)).toBe("ok");
  });
});

describe("a body goes up", () => {
  const streamOf = (...parts: string[]) =>
    new Blob(parts).stream() as unknown as ReadableStream<Uint8Array>;

  test("with its length, as it is", async () => {
    onData = (socket) => received.endsWith("hello") && socket.write(OK);
    expect(await bodyOf(ask({ method: "POST", body: streamOf("hello"), length: 5 }))).toBe("ok");
    expect(received).toContain("content-length: 5\r\n\r\nhello");
  });

  test("without one, in chunks", async () => {
    onData = (socket) => received.endsWith("0\r\n\r\n") && socket.write(OK);
    expect(await bodyOf(ask({ method: "POST", body: streamOf("hello") }))).toBe("ok");
    expect(received).toContain("transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
  });

  test.each([4, 6])("no other than it was said to be: %d for 5", async (length) => {
    onData = () => {};
    await expect(ask({ method: "POST", body: streamOf("hello"), length })).rejects.toThrow(
      /than its length/,
    );
    await untilClosed();
  });

  test("until it breaks, and the server hears that it did", async () => {
    onData = () => {};
    let pulls = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (pulls++ === 0) controller.enqueue(new Uint8Array(1));
        else controller.error(new Error("torn"));
      },
    });
    await expect(ask({ method: "POST", body })).rejects.toThrow("torn");
    await untilClosed();
    expect(received).not.toContain("0\r\n\r\n");
  });

  test("no faster than the server takes it", async () => {
    beImpatient();
    onData = (socket) => socket.pause();
    let asked = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        asked++;
        controller.enqueue(new Uint8Array(64 * 1024));
      },
    });
    await expect(ask({ method: "POST", body })).rejects.toThrow(ResponseTimeoutError);
    expect(asked).toBeLessThan(1_000);
  });
});

describe("what goes wrong has a name", () => {
  test("nobody listens", async () => {
    server[Symbol.dispose]();
    await expect(ask()).rejects.toThrow(UnreachableError);
  });

  test("the connection breaks", async () => {
    onData = (socket) => socket.destroy();
    await expect(ask()).rejects.toThrow(BrokenConnectionError);
  });

  test("the server is silent", async () => {
    beImpatient();
    onData = () => {};
    await expect(ask()).rejects.toThrow(ResponseTimeoutError);
  });

  test("the server falls silent amid an answer, but not while its reader takes his time", async () => {
    beImpatient();
    onData = (socket) => socket.write(`${LONG_HEAD}x`);
    const { body } = await ask();
    if (!isStreamed(body)) throw new Error("a long body streams");
    await Bun.sleep(400);
    expect(await body.read()).toHaveLength(1);
    await expect(body.read()).rejects.toThrow(ResponseTimeoutError);
  });

  test("the upstream is closed, with a request under way", async () => {
    onData = () => {};
    const asked = ask();
    await until(() => received !== "");
    const connecting = ask();
    upstream[Symbol.dispose]();
    await expect(asked).rejects.toThrow(BrokenConnectionError);
    await expect(connecting).rejects.toThrow(UnreachableError);
    await expect(ask()).rejects.toThrow(UnreachableError);
    await untilClosed();
  });

  test("a caller who is gone already: nothing is sent", async () => {
    await expect(ask({ signal: AbortSignal.abort(new Error("gone")) })).rejects.toThrow("gone");
    expect(server.sockets).toHaveLength(0);
  });
});
