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
/** Longer than a body that is buffered. */
const LONG_BYTES = 100_000;
const LONG_HEAD = `HTTP/1.1 200 OK\r\ncontent-length: ${LONG_BYTES}\r\n\r\n`;

const TIMEOUTS = { connectMs: 1_000, responseMs: 60_000, keepAliveMs: 60_000 };

let server: RawServer;
/** All bytes received, over all connections. */
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

/** Replaces the upstream by one with a short response timeout. */
function useShortTimeout(): void {
  upstream = createUpstream(server.url, { ...TIMEOUTS, responseMs: 200 });
}

function send(request: Partial<UpstreamRequest> = {}): Promise<UpstreamResponse> {
  const signal = new AbortController().signal;
  return upstream.send({ method: "GET", target: "/", headers: [], body: null, signal, ...request });
}

async function bodyOf(response: UpstreamResponse | Promise<UpstreamResponse>): Promise<string> {
  const { body } = await response;
  if (!isStreamed(body)) return Buffer.from(body ?? []).toString();
  return text(Readable.from(pieces(body)));
}

async function* pieces(body: ResponseBody) {
  for (let piece = await body.read(); piece; piece = await body.read()) yield piece;
}

/** Waits until at least one connection was opened, and all are closed. */
async function waitUntilClosed(): Promise<void> {
  await until(() => server.sockets.length > 0);
  await server.waitUntilClosed();
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await Bun.sleep(2);
}

describe("connections", () => {
  test("A connection is reused, and concurrent requests have one each", async () => {
    for (let n = 0; n < 3; n++) expect(await bodyOf(send())).toBe("ok");
    expect(server.sockets).toHaveLength(1);
    await Promise.all([send(), send(), send()]);
    expect(server.sockets).toHaveLength(3);
    await Promise.all([send(), send(), send()]);
    expect(server.sockets).toHaveLength(3);
  });

  test.each([
    ["that the server closes", OK.replace("\r\n", "\r\nconnection: close\r\n")],
    ["of HTTP/1.0", OK.replace("1.1", "1.0")],
  ])("A connection %s is used once", async (_, response) => {
    onData = (socket) => socket.write(response);
    expect(await bodyOf(send())).toBe("ok");
    expect(await bodyOf(send())).toBe("ok");
    expect(server.sockets).toHaveLength(2);
  });

  test("A connection that receives bytes without a request is closed", async () => {
    await send();
    server.sockets[0]?.write("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil");
    await waitUntilClosed();
    expect(await bodyOf(send())).toBe("ok");
    expect(server.sockets).toHaveLength(2);
  });

  test("An idle connection that the server ends is not used again", async () => {
    await send();
    server.sockets[0]?.end();
    await waitUntilClosed();
    expect(await bodyOf(send())).toBe("ok");
    expect(server.sockets).toHaveLength(2);
  });

  test("An idle connection is closed after its timeout", async () => {
    upstream = createUpstream(server.url, { ...TIMEOUTS, keepAliveMs: 50 });
    await send();
    await waitUntilClosed();
  });

  test("A connection is not used in the last second of the server's keep-alive time", async () => {
    const kept = OK.replace("\r\n", "\r\nkeep-alive: timeout=2\r\n");
    onData = (socket) => socket.write(kept);
    for (let n = 0; n < 3; n++) await send();
    expect(server.sockets).toHaveLength(1);
    await Bun.sleep(1_050);
    await send();
    expect(server.sockets).toHaveLength(2);
  });

  test("A connection is reused after a long response that was read slowly", async () => {
    onData = (socket) => socket.write(LONG_HEAD + "x".repeat(LONG_BYTES));
    for (let n = 0; n < 20; n++) expect(await bodyOf(send())).toHaveLength(LONG_BYTES);
    expect(server.sockets).toHaveLength(1);
  });

  test("A connection is closed when its response is cancelled", async () => {
    onData = (socket) => socket.write(`${LONG_HEAD}x`);
    const { body } = await send();
    if (isStreamed(body)) body.cancel();
    await waitUntilClosed();
  });

  test("A connection is closed when its request is aborted", async () => {
    onData = () => {};
    const caller = new AbortController();
    const pending = send({ signal: caller.signal });
    await until(() => received !== "");
    caller.abort(new Error("gone"));
    await expect(pending).rejects.toThrow("gone");
    await waitUntilClosed();
  });

  test("A connection is not closed when the signal of an earlier request aborts", async () => {
    const caller = new AbortController();
    await send({ signal: caller.signal });
    onData = () => {};
    const next = send();
    await until(() => received.length > 100 || received.split("GET").length === 3);
    caller.abort();
    server.sockets[0]?.write(OK);
    expect(await bodyOf(next)).toBe("ok");
  });
});

describe("request bodies", () => {
  const streamOf = (...parts: string[]) =>
    new Blob(parts).stream() as unknown as ReadableStream<Uint8Array>;

  test("A body with a length is sent as it is", async () => {
    onData = (socket) => received.endsWith("hello") && socket.write(OK);
    expect(await bodyOf(send({ method: "POST", body: streamOf("hello"), length: 5 }))).toBe("ok");
    expect(received).toContain("content-length: 5\r\n\r\nhello");
  });

  test("A body without a length is sent in chunks", async () => {
    onData = (socket) => received.endsWith("0\r\n\r\n") && socket.write(OK);
    expect(await bodyOf(send({ method: "POST", body: streamOf("hello") }))).toBe("ok");
    expect(received).toContain("transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
  });

  test.each([4, 6])("A body of 5 bytes with the length %d fails", async (length) => {
    onData = () => {};
    await expect(send({ method: "POST", body: streamOf("hello"), length })).rejects.toThrow(
      /than its length/,
    );
    await waitUntilClosed();
  });

  test("A body that fails ends the connection", async () => {
    onData = () => {};
    let pulls = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (pulls++ === 0) controller.enqueue(new Uint8Array(1));
        else controller.error(new Error("torn"));
      },
    });
    await expect(send({ method: "POST", body })).rejects.toThrow("torn");
    await waitUntilClosed();
    expect(received).not.toContain("0\r\n\r\n");
  });

  test("A body is sent no faster than the server reads it", async () => {
    useShortTimeout();
    onData = (socket) => socket.pause();
    let pending = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        pending++;
        controller.enqueue(new Uint8Array(64 * 1024));
      },
    });
    await expect(send({ method: "POST", body })).rejects.toThrow(ResponseTimeoutError);
    expect(pending).toBeLessThan(1_000);
  });
});

describe("errors", () => {
  test("A server that does not listen is an UnreachableError", async () => {
    server[Symbol.dispose]();
    await expect(send()).rejects.toThrow(UnreachableError);
  });

  test("A connection that breaks is a BrokenConnectionError", async () => {
    onData = (socket) => socket.destroy();
    await expect(send()).rejects.toThrow(BrokenConnectionError);
  });

  test("A server that sends nothing is a ResponseTimeoutError", async () => {
    useShortTimeout();
    onData = () => {};
    await expect(send()).rejects.toThrow(ResponseTimeoutError);
  });

  test("A server that stops within a response is a ResponseTimeoutError, and a slow reader is not", async () => {
    useShortTimeout();
    onData = (socket) => socket.write(`${LONG_HEAD}x`);
    const { body } = await send();
    if (!isStreamed(body)) throw new Error("a long body streams");
    await Bun.sleep(400);
    expect(await body.read()).toHaveLength(1);
    await expect(body.read()).rejects.toThrow(ResponseTimeoutError);
  });

  test("A request in flight fails when the upstream is disposed of", async () => {
    onData = () => {};
    const pending = send();
    await until(() => received !== "");
    const connecting = send();
    upstream[Symbol.dispose]();
    await expect(pending).rejects.toThrow(BrokenConnectionError);
    await expect(connecting).rejects.toThrow(UnreachableError);
    await expect(send()).rejects.toThrow(UnreachableError);
    await waitUntilClosed();
  });

  test("A request whose signal has aborted is not sent", async () => {
    await expect(send({ signal: AbortSignal.abort(new Error("gone")) })).rejects.toThrow("gone");
    expect(server.sockets).toHaveLength(0);
  });
});
