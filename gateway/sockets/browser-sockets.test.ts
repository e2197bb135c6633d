import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { Gateway } from "../gateway.ts";
import type { Settings } from "../settings.ts";
import { HANDSHAKE, openBrowser, openSilentBrowser, readToClose } from "../testing/browser.ts";
import { type FakeServer, startFakeServer } from "../testing/fake-server.ts";
import { readMetric } from "../testing/read-metric.ts";
import {
  bearer,
  eventually,
  startTestGateway,
  type TestGatewayOptions,
  tokenOf,
  USER,
} from "../testing/test-gateway.ts";

const WELCOME = `{"type":"welcome","user":"${USER}"}`;

let server: FakeServer;
let gateway: Gateway;
let headers: { authorization: string };

beforeEach(async () => {
  server = startFakeServer();
  gateway = await startTestGateway(server.url);
  headers = await bearer();
});
afterEach(async () => {
  await gateway[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

/** Replaces the gateway by one with other settings. */
async function startInstead(...settings: [Partial<Settings>, TestGatewayOptions?]): Promise<void> {
  await gateway[Symbol.asyncDispose]();
  gateway = await startTestGateway(server.url, ...settings);
}

async function welcomed() {
  const browser = openBrowser(gateway.url, headers);
  await eventually(() => browser.received.includes(WELCOME));
  return browser;
}

/** The number of the connection that was opened last. */
function lastConnection(): number {
  return server.received.findLast((frame) => frame.kind === "open")?.connection ?? 0;
}

function metric(series: string): Promise<number> {
  return readMetric(gateway.url, series);
}

function handshake(changes: Record<string, string>): Promise<Response> {
  return fetch(new URL("/ws", gateway.url), { headers: { ...HANDSHAKE, ...changes } });
}

describe("the handshake", () => {
  test("The handshake requires a token, in a header or in a cookie with the own origin", async () => {
    expect((await handshake({})).status).toBe(401);
    const cookie = `token=${await tokenOf()}`;
    expect((await handshake({ cookie })).status).toBe(403);
    const foreign = await handshake({ cookie, origin: "http://evil.example" });
    expect(await foreign.json()).toMatchObject({ status: 403, code: "cross_site" });
    const browser = openBrowser(gateway.url, { cookie, origin: gateway.url.origin });
    await eventually(() => browser.received.includes(WELCOME));
    browser.socket.close();
  });

  test("The server gets the token and the request ID of the handshake", async () => {
    const browser = openBrowser(gateway.url, { ...headers, "x-request-id": "r-7" });
    await eventually(() => browser.received.includes(WELCOME));
    const open = server.received.find((frame) => frame.kind === "open");
    expect(JSON.parse(open?.details ?? "")).toEqual({
      token: headers.authorization.slice("Bearer ".length),
      requestId: "r-7",
    });
  });

  test("The handshake accepts the subprotocol `parley.v1` anywhere in the list, and no other", async () => {
    const browser = openBrowser(gateway.url, headers, ["other", "parley.v1"]);
    await browser.opened;
    expect(browser.socket.protocol).toBe("parley.v1");
    const plain = await welcomed();
    expect(plain.socket.protocol).toBe("");
    const other = await handshake({ ...headers, "sec-websocket-protocol": "other" });
    expect(await other.json()).toMatchObject({ status: 400, code: "bad_request" });
  });

  test("A request without a handshake is answered with 426", async () => {
    const response = await fetch(new URL("/ws", gateway.url), { headers });
    expect(response.status).toBe(426);
    expect(response.headers.get("upgrade")).toBe("websocket");
    expect(await response.json()).toMatchObject({ code: "upgrade_required" });
  });
});

describe("frames", () => {
  test("Frames are sent and delivered in their order", async () => {
    const browser = await welcomed();
    for (let n = 0; n < 100; n++) browser.socket.send(`frame ${n} with spaces`);
    await eventually(() => browser.received.length === 101);
    expect(browser.received.slice(1)).toEqual(
      Array.from({ length: 100 }, (_, n) => `echo frame ${n} with spaces`),
    );
  });

  test("A published frame reaches its subscribers, behind the frames that were delivered before", async () => {
    const ann = await welcomed();
    const annConnection = lastConnection();
    const ben = await welcomed();
    const benConnection = lastConnection();
    server.send({ kind: "subscribe", connection: annConnection, topics: ["chat:1", "chat:2"] });
    server.send({ kind: "deliver", connection: annConnection, payload: "before" });
    server.send({ kind: "publish", topic: "chat:1", payload: "one of ours" });
    server.send({ kind: "unsubscribe", connection: annConnection, topics: ["chat:1"] });
    server.send({ kind: "publish", topic: "chat:1", payload: "none of ours" });
    server.send({ kind: "publish", topic: "chat:2", payload: "two of ours" });
    server.send({ kind: "deliver", connection: annConnection, payload: "end" });
    server.send({ kind: "deliver", connection: benConnection, payload: "end" });
    await eventually(() => ann.received.includes("end") && ben.received.includes("end"));
    expect(ann.received).toEqual([WELCOME, "before", "one of ours", "two of ours", "end"]);
    expect(ben.received).toEqual([WELCOME, "end"]);
  });

  test("A binary frame is sent to the server as invalid text, so that the server refuses and counts it", async () => {
    const browser = await welcomed();
    browser.socket.send("{");
    browser.socket.send(new TextEncoder().encode('{"type":"ping"}'));
    browser.socket.send("}");
    await eventually(() => browser.received.includes("echo }"));
    const payloads = server.received.flatMap((frame) =>
      frame.kind === "frame" ? frame.payload : [],
    );
    expect(payloads).toEqual(["{", "binary", "}"]);
    expect(browser.socket.readyState).toBe(WebSocket.OPEN);
  });

  test("A frame of 64 KiB is accepted, and a larger one closes the socket with 1009", async () => {
    const browser = await welcomed();
    browser.socket.send("x".repeat(64 * 1024));
    await eventually(() => browser.received.length === 2);
    browser.socket.send("x".repeat(64 * 1024 + 1));
    expect(await browser.closed).toMatchObject({ code: 1009 });
  });
});

describe("queued frames", () => {
  const numbered = (count: number, size: number) =>
    Array.from({ length: count }, (_, n) => `${n} ${"x".repeat(size)}`);

  function framesUp(): string[] {
    return server.received.flatMap((frame) => (frame.kind === "frame" ? frame.payload : []));
  }

  test("Frames before the welcome are sent after it, in their order", async () => {
    const browser = openBrowser(gateway.url, headers);
    await browser.opened;
    const frames = numbered(200, 10);
    for (const frame of frames) browser.socket.send(frame);
    await eventually(() => browser.received.length === 201);
    expect(browser.received).toEqual([WELCOME, ...frames.map((frame) => `echo ${frame}`)]);
  });

  test("A full link slows the browser down, and its frames are sent in order later", async () => {
    const browser = await welcomed();
    const neighbour = await welcomed();
    server.pauseLink();
    // Each of the two connections may leave 36 MiB in the kernel (Linux's `tcp_rmem` and `tcp_wmem`).
    const frames = numbered(2_000, 60_000);
    for (const frame of frames) browser.socket.send(frame);
    await untilStill(() => browser.socket.bufferedAmount);
    // The link, the buffers of both kernels and the gateway hold only a part of all frames.
    expect(browser.socket.bufferedAmount).toBeGreaterThan(10_000_000);
    server.resumeLink();
    await eventually(() => framesUp().length === frames.length);
    expect(framesUp()).toEqual(frames);
    neighbour.socket.send("undisturbed");
    await eventually(() => neighbour.received.includes("echo undisturbed"));
    expect(browser.socket.readyState).toBe(WebSocket.OPEN);
  });

  test("A missing link slows the browser down, and its frames are sent in order over the next link", async () => {
    const browser = await welcomed();
    await server[Symbol.asyncDispose]();
    await eventually(async () => (await metric("gateway_link_up")) === 0);
    const frames = numbered(1_000, 60_000);
    for (const frame of frames) browser.socket.send(frame);
    await untilStill(() => browser.socket.bufferedAmount);
    expect(browser.socket.bufferedAmount).toBeGreaterThan(1_000_000);
    server = startFakeServer({ port: server.port });
    await eventually(() => framesUp().length === frames.length);
    expect(framesUp()).toEqual(frames);
  });

  test("Frames above the rate wait, and the heartbeat does not close their socket", async () => {
    const limits = { RATE_LIMIT_FRAMES_RPS: 100 };
    await startInstead(limits, { heartbeatMs: 250 });
    const browser = await welcomed();
    const frames = numbered(1_100, 500);
    const start = performance.now();
    for (const frame of frames) browser.socket.send(frame);
    await eventually(() => framesUp().length === frames.length);
    // The burst is ten seconds of the rate; the last hundred frames take another second.
    expect(performance.now() - start).toBeGreaterThan(900);
    expect(framesUp()).toEqual(frames);
    expect(browser.socket.readyState).toBe(WebSocket.OPEN);
  });

  test("A flood of empty frames is limited to the rate, and harms no other socket", async () => {
    await startInstead({ RATE_LIMIT_FRAMES_RPS: 1 });
    const flood = await welcomed();
    const neighbour = await welcomed();
    for (let n = 0; n < 200_000; n++) flood.socket.send("");
    await untilStill(() => flood.socket.bufferedAmount);
    // The kernel decides how much Bun has read by then; a full queue closes the socket.
    if (flood.socket.readyState !== WebSocket.OPEN)
      expect(await flood.closed).toEqual({ code: 1008, reason: "too many frames" });
    expect(framesUp().length).toBeLessThan(100);
    neighbour.socket.send("undisturbed");
    await eventually(() => neighbour.received.includes("echo undisturbed"));
  });

  /** Waits until a number does not change any more. */
  async function untilStill(figure: () => number): Promise<void> {
    for (let before = Number.NaN; before !== figure(); await Bun.sleep(300)) before = figure();
  }
});

describe("closes", () => {
  test("A close by the server reaches the browser with its code and reason", async () => {
    const browser = await welcomed();
    server.send({
      kind: "close",
      connection: lastConnection(),
      code: 4401,
      reason: "not signed in",
    });
    expect(await browser.closed).toEqual({ code: 4401, reason: "not signed in" });
  });

  test("A close by the browser reaches the server", async () => {
    const browser = await welcomed();
    const session = lastConnection();
    browser.socket.close();
    await eventually(() =>
      server.received.some((f) => f.kind === "close" && f.connection === session),
    );
  });

  test("A browser that sends no pong is closed with 4408, and one that does stays open", async () => {
    await startInstead({}, { heartbeatMs: 500 });
    const alive = await welcomed();
    const deaf = await openSilentBrowser(gateway.url, headers);
    await eventually(() => server.received.filter((frame) => frame.kind === "open").length === 2);
    const session = lastConnection();
    expect(await readToClose(deaf)).toBe(4408);
    await eventually(() =>
      server.received.some((f) => f.kind === "close" && f.connection === session),
    );
    expect(alive.socket.readyState).toBe(WebSocket.OPEN);
  });
});

describe("slow readers", () => {
  /** Sends frames to the reader until `isEnough`. */
  async function feed(send: (payload: string) => void, isEnough: () => boolean): Promise<void> {
    const payload = "x".repeat(32 * 1024);
    while (!isEnough()) {
      send(payload);
      await Bun.sleep(0);
    }
  }

  test.each(["publish", "deliver"] as const)(
    "A reader that is too slow is closed with 4429 (%s)",
    async (kind) => {
      const healthy = await welcomed();
      const slow = await openSilentBrowser(gateway.url, headers);
      slow.pause();
      await eventually(() => server.received.filter((frame) => frame.kind === "open").length === 2);
      const session = lastConnection();
      let fed = 0;
      await feed(
        (payload) => {
          fed += payload.length;
          if (kind === "publish") server.send({ kind, topic: "all", payload });
          else server.send({ kind, connection: session, payload });
        },
        () => fed > 16 * 1024 * 1024,
      );
      expect(await readToClose(slow)).toBe(4429);
      await eventually(async () => (await metric("gateway_open_sockets")) === 1);
      healthy.socket.send("still here");
      await eventually(() => healthy.received.includes("echo still here"));
    },
  );
});
