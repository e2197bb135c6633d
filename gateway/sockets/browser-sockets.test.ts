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

/** Another gateway in place of the one that each test begins with. */
async function startInstead(...settings: [Partial<Settings>, TestGatewayOptions?]): Promise<void> {
  await gateway[Symbol.asyncDispose]();
  gateway = await startTestGateway(server.url, ...settings);
}

async function welcomed() {
  const browser = openBrowser(gateway.url, headers);
  await eventually(() => browser.received.includes(WELCOME));
  return browser;
}

/** The number that the gateway gave to the session opened last. */
function lastSession(): number {
  return server.received.findLast((frame) => frame.kind === "open")?.connection ?? 0;
}

function metric(series: string): Promise<number> {
  return readMetric(gateway.url, series);
}

function handshake(changes: Record<string, string>): Promise<Response> {
  return fetch(new URL("/ws", gateway.url), { headers: { ...HANDSHAKE, ...changes } });
}

describe("the handshake", () => {
  test("wants a token, by header or by a cookie with a good origin", async () => {
    expect((await handshake({})).status).toBe(401);
    const cookie = `token=${await tokenOf()}`;
    expect((await handshake({ cookie })).status).toBe(403);
    const foreign = await handshake({ cookie, origin: "http://evil.example" });
    expect(await foreign.json()).toMatchObject({ status: 403, code: "cross_site" });
    const browser = openBrowser(gateway.url, { cookie, origin: gateway.url.origin });
    await eventually(() => browser.received.includes(WELCOME));
    browser.socket.close();
  });

  test("hands the server the token and the request's ID", async () => {
    const browser = openBrowser(gateway.url, { ...headers, "x-request-id": "r-7" });
    await eventually(() => browser.received.includes(WELCOME));
    const open = server.received.find((frame) => frame.kind === "open");
    expect(JSON.parse(open?.details ?? "")).toEqual({
      token: headers.authorization.slice("Bearer ".length),
      requestId: "r-7",
    });
  });

  test("agrees to our subprotocol, wherever it stands in the list, and to no other", async () => {
    const browser = openBrowser(gateway.url, headers, ["other", "parley.v1"]);
    await browser.opened;
    expect(browser.socket.protocol).toBe("parley.v1");
    const plain = await welcomed();
    expect(plain.socket.protocol).toBe("");
    const other = await handshake({ ...headers, "sec-websocket-protocol": "other" });
    expect(await other.json()).toMatchObject({ status: 400, code: "bad_request" });
  });

  test("is what the address is for", async () => {
    const got = await fetch(new URL("/ws", gateway.url), { headers });
    expect(got.status).toBe(426);
    expect(got.headers.get("upgrade")).toBe("websocket");
    expect(await got.json()).toMatchObject({ code: "upgrade_required" });
  });
});

describe("frames", () => {
  test("go up and come down in their order", async () => {
    const browser = await welcomed();
    for (let n = 0; n < 100; n++) browser.socket.send(`frame ${n} with spaces`);
    await eventually(() => browser.received.length === 101);
    expect(browser.received.slice(1)).toEqual(
      Array.from({ length: 100 }, (_, n) => `echo frame ${n} with spaces`),
    );
  });

  test("that are published reach who is subscribed, after what was delivered before", async () => {
    const ann = await welcomed();
    const annSession = lastSession();
    const ben = await welcomed();
    const benSession = lastSession();
    server.send({ kind: "subscribe", connection: annSession, topics: ["chat:1", "chat:2"] });
    server.send({ kind: "deliver", connection: annSession, payload: "before" });
    server.send({ kind: "publish", topic: "chat:1", payload: "one of ours" });
    server.send({ kind: "unsubscribe", connection: annSession, topics: ["chat:1"] });
    server.send({ kind: "publish", topic: "chat:1", payload: "none of ours" });
    server.send({ kind: "publish", topic: "chat:2", payload: "two of ours" });
    server.send({ kind: "deliver", connection: annSession, payload: "end" });
    server.send({ kind: "deliver", connection: benSession, payload: "end" });
    await eventually(() => ann.received.includes("end") && ben.received.includes("end"));
    expect(ann.received).toEqual([WELCOME, "before", "one of ours", "two of ours", "end"]);
    expect(ben.received).toEqual([WELCOME, "end"]);
  });

  test("that are binary go up as text that is no JSON, for the server to refuse and count", async () => {
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

  test("of 64 KiB pass, and larger ones end it with 1009", async () => {
    const browser = await welcomed();
    browser.socket.send("x".repeat(64 * 1024));
    await eventually(() => browser.received.length === 2);
    browser.socket.send("x".repeat(64 * 1024 + 1));
    expect(await browser.closed).toMatchObject({ code: 1009 });
  });
});

describe("frames that can't go up", () => {
  const numbered = (count: number, size: number) =>
    Array.from({ length: count }, (_, n) => `${n} ${"x".repeat(size)}`);

  function framesUp(): string[] {
    return server.received.flatMap((frame) => (frame.kind === "frame" ? frame.payload : []));
  }

  test("because the session is not welcome yet wait for that, however many", async () => {
    const browser = openBrowser(gateway.url, headers);
    await browser.opened;
    const frames = numbered(200, 10);
    for (const frame of frames) browser.socket.send(frame);
    await eventually(() => browser.received.length === 201);
    expect(browser.received).toEqual([WELCOME, ...frames.map((frame) => `echo ${frame}`)]);
  });

  test("because the link is choked hold their browser up, and go in order when it is not", async () => {
    const browser = await welcomed();
    const neighbour = await welcomed();
    server.pauseLink();
    // Each of the two connections may leave 36 MiB in the kernel (Linux's `tcp_rmem` and `tcp_wmem`).
    const frames = numbered(2_000, 60_000);
    for (const frame of frames) browser.socket.send(frame);
    await untilStill(() => browser.socket.bufferedAmount);
    // What the link, both kernels' buffers and the gateway hold is far from all of it.
    expect(browser.socket.bufferedAmount).toBeGreaterThan(10_000_000);
    server.resumeLink();
    await eventually(() => framesUp().length === frames.length);
    expect(framesUp()).toEqual(frames);
    neighbour.socket.send("undisturbed");
    await eventually(() => neighbour.received.includes("echo undisturbed"));
    expect(browser.socket.readyState).toBe(WebSocket.OPEN);
  });

  test("because there is no link hold their browser up, and go in order over the next one", async () => {
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

  test("because there are too many wait until they may, while pings are not missed", async () => {
    const limits = { RATE_LIMIT_FRAMES_RPS: 100 };
    await startInstead(limits, { heartbeatMs: 250 });
    const browser = await welcomed();
    const frames = numbered(1_100, 500);
    const start = performance.now();
    for (const frame of frames) browser.socket.send(frame);
    await eventually(() => framesUp().length === frames.length);
    // Ten seconds' worth at once; the last hundred take the second that they may.
    expect(performance.now() - start).toBeGreaterThan(900);
    expect(framesUp()).toEqual(frames);
    expect(browser.socket.readyState).toBe(WebSocket.OPEN);
  });

  test("because they are a flood of crumbs go up no faster, and harm their own socket alone", async () => {
    await startInstead({ RATE_LIMIT_FRAMES_RPS: 1 });
    const flood = await welcomed();
    const neighbour = await welcomed();
    for (let n = 0; n < 200_000; n++) flood.socket.send("");
    await untilStill(() => flood.socket.bufferedAmount);
    // How much Bun has read by then is up to the kernel: more than may be held ends the socket.
    if (flood.socket.readyState !== WebSocket.OPEN)
      expect(await flood.closed).toEqual({ code: 1008, reason: "too many frames" });
    expect(framesUp().length).toBeLessThan(100);
    neighbour.socket.send("undisturbed");
    await eventually(() => neighbour.received.includes("echo undisturbed"));
  });

  /** Waits until a figure stays as it is. */
  async function untilStill(figure: () => number): Promise<void> {
    for (let before = Number.NaN; before !== figure(); await Bun.sleep(300)) before = figure();
  }
});

describe("an end", () => {
  test("by the server comes with its code and reason", async () => {
    const browser = await welcomed();
    server.send({ kind: "close", connection: lastSession(), code: 4401, reason: "not signed in" });
    expect(await browser.closed).toEqual({ code: 4401, reason: "not signed in" });
  });

  test("by the browser is told to the server", async () => {
    const browser = await welcomed();
    const session = lastSession();
    browser.socket.close();
    await eventually(() =>
      server.received.some((f) => f.kind === "close" && f.connection === session),
    );
  });

  test("comes to who answers no ping, and not to who does", async () => {
    await startInstead({}, { heartbeatMs: 500 });
    const alive = await welcomed();
    const deaf = await openSilentBrowser(gateway.url, headers);
    await eventually(() => server.received.filter((frame) => frame.kind === "open").length === 2);
    const session = lastSession();
    expect(await readToClose(deaf)).toBe(4408);
    await eventually(() =>
      server.received.some((f) => f.kind === "close" && f.connection === session),
    );
    expect(alive.socket.readyState).toBe(WebSocket.OPEN);
  });
});

describe("a reader that is too slow", () => {
  /** Feeds until the gateway has noticed: it then says to the server that the session is over, or stops feeding. */
  async function feed(send: (payload: string) => void, isEnough: () => boolean): Promise<void> {
    const payload = "x".repeat(32 * 1024);
    while (!isEnough()) {
      send(payload);
      await Bun.sleep(0);
    }
  }

  test.each(["publish", "deliver"] as const)("is closed with 4429 (%s)", async (kind) => {
    const healthy = await welcomed();
    const slow = await openSilentBrowser(gateway.url, headers);
    slow.pause();
    await eventually(() => server.received.filter((frame) => frame.kind === "open").length === 2);
    const session = lastSession();
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
  });
});
