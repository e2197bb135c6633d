import { describe, expect, test } from "bun:test";
import { createServer } from "node:net";
import { createLog } from "@parley/platform/process/log";
import { eventually } from "@parley/platform/testing/eventually";
import { freePort } from "@parley/platform/testing/free-port";
import { openBrowser, waitForPong } from "../testing/browser.ts";
import { SECRET, startFakeServer } from "../testing/fake-server.ts";
import { bearer, startTestGateway, USER } from "../testing/test-gateway.ts";
import { createLink } from "./link.ts";

const WELCOME = `{"type":"welcome","user":"${USER}"}`;

const circuit = { open() {}, close() {} };

describe("a server that is down", () => {
  test("A browser stays connected, and its frames are sent when the server is back", async () => {
    const port = freePort();
    await using gateway = await startTestGateway(`http://127.0.0.1:${port}`);
    const browser = openBrowser(gateway.url, await bearer());
    await browser.opened;
    for (const word of ["a", "b", "c"]) browser.socket.send(word);
    await using server = startFakeServer({ port });
    await eventually(() => browser.received.includes("echo c"));
    expect(browser.received.filter((frame) => frame !== WELCOME)).toEqual([
      "echo a",
      "echo b",
      "echo c",
    ]);
    expect(server.received.map((frame) => frame.kind)).toEqual(["open", "frame", "frame", "frame"]);
  });

  test("A browser that sends many frames stays connected, and none of them is lost", async () => {
    const port = freePort();
    await using gateway = await startTestGateway(`http://127.0.0.1:${port}`);
    const browser = openBrowser(gateway.url, await bearer());
    await browser.opened;
    for (let n = 0; n < 1_100; n++) browser.socket.send(`${n}`);
    await waitForPong(browser.socket);
    await using server = startFakeServer({ port });
    await eventually(() => browser.received.includes(WELCOME));
    browser.socket.send("again");
    await eventually(() => browser.received.includes("echo again"));
    const waited = Array.from({ length: 1_100 }, (_, n) => `echo ${n}`);
    expect(browser.received.filter((frame) => frame !== WELCOME)).toEqual([
      ...waited,
      "echo again",
    ]);
    expect(server.received.filter((frame) => frame.kind === "open")).toHaveLength(1);
  });

  test("The gateway is not ready, and becomes ready when the server is back", async () => {
    const port = freePort();
    await using gateway = await startTestGateway(`http://127.0.0.1:${port}`);
    const readiness = async () => (await fetch(new URL("/readyz", gateway.url))).status;
    expect(await readiness()).toBe(503);
    expect((await fetch(new URL("/healthz", gateway.url))).status).toBe(200);
    {
      await using _server = startFakeServer({ port });
      await eventually(async () => (await readiness()) === 200);
    }
    await eventually(async () => (await readiness()) === 503);
  });
});

test("A server that says over the link that it stops gets no further request, and its successor gets all", async () => {
  const port = freePort();
  await using gateway = await startTestGateway(`http://127.0.0.1:${port}`);
  const headers = await bearer();
  const ask = async () =>
    (await fetch(new URL("/service/api/profile", gateway.url), { method: "PUT", headers })).status;
  const readiness = async () => (await fetch(new URL("/readyz", gateway.url))).status;
  {
    await using server = startFakeServer({ port });
    await eventually(async () => (await readiness()) === 200);
    server.closeLinks();
    await eventually(async () => (await readiness()) === 503);
    const asked = server.requests.length;
    expect([await ask(), await ask(), await ask()]).toEqual([503, 503, 503]);
    expect(server.requests.length).toBe(asked);
  }
  await using _successor = startFakeServer({ port });
  const browser = openBrowser(gateway.url, headers);
  await eventually(() => browser.received.includes(WELCOME));
  expect([await ask(), await ask(), await ask()]).toEqual([200, 200, 200]);
});

test("After the first good readiness no request is refused because of the outage before", async () => {
  const port = freePort();
  await using gateway = await startTestGateway(`http://127.0.0.1:${port}`);
  const headers = await bearer();
  const ask = async () =>
    (await fetch(new URL("/service/api/profile", gateway.url), { headers })).status;
  const readiness = async () => (await fetch(new URL("/readyz", gateway.url))).status;
  for (let n = 0; n < 6; n++) expect(await ask()).toBe(503);
  await using _server = startFakeServer({ port });
  await eventually(async () => (await readiness()) === 200);
  for (let n = 0; n < 20; n++) expect(await ask()).toBe(200);
});

test("A server restart closes no browser: every connection is opened again, without its old subscriptions", async () => {
  const port = freePort();
  await using gateway = await startTestGateway(`http://127.0.0.1:${port}`);
  const headers = await bearer();
  const browsers = Array.from({ length: 5 }, () => openBrowser(gateway.url, headers));
  const allHeard = (frame: string, times: number) => () =>
    browsers.every(({ received }) => received.filter((one) => one === frame).length === times);
  {
    await using first = startFakeServer({ port, topics: ["all", "left"] });
    await eventually(allHeard(WELCOME, 1));
    first.send({ kind: "publish", topic: "left", payload: "before" });
    await eventually(allHeard("before", 1));
  }
  await using second = startFakeServer({ port, topics: ["all"] });
  await eventually(allHeard(WELCOME, 2));
  second.send({ kind: "publish", topic: "left", payload: "to nobody" });
  second.send({ kind: "publish", topic: "all", payload: "after" });
  await eventually(allHeard("after", 1));
  for (const { received, socket } of browsers) {
    expect(received).toEqual([WELCOME, "before", WELCOME, "after"]);
    expect(socket.readyState).toBe(WebSocket.OPEN);
  }
});

describe("the link", () => {
  const log = createLog("gateway", "silent");
  const listener = { onUp() {}, onFrame() {}, onDown() {} };

  test("The link is established with the previous secret if the server does not know the new one yet", async () => {
    await using server = startFakeServer();
    const secrets = ["the server's next secret, long enough", SECRET] as const;
    await using link = createLink({ serverUrl: server.url, secrets, listener, circuit, log });
    await eventually(() => link.isUp());
    expect(server.refusedLinks()).toBe(1);
  });

  test("The link is refused with an unknown secret, and tried again", async () => {
    await using server = startFakeServer();
    const secrets = ["another secret that is long enough too"] as const;
    await using link = createLink({ serverUrl: server.url, secrets, listener, circuit, log });
    await eventually(() => server.refusedLinks() >= 2);
    expect(link.isUp()).toBe(false);
  });

  test("The link survives an error of its listener", async () => {
    await using server = startFakeServer();
    const received: string[] = [];
    const failing = {
      ...listener,
      onFrame: (frame: { kind: string }) => {
        received.push(frame.kind);
        if (frame.kind === "deliver") throw new Error("broken");
      },
    };
    await using link = createLink({
      serverUrl: server.url,
      secrets: [SECRET],
      listener: failing,
      circuit,
      log,
    });
    await eventually(() => link.isUp());
    server.send({ kind: "deliver", connection: 1, payload: "x" });
    server.send({ kind: "publish", topic: "t", payload: "x" });
    await eventually(() => received.includes("publish"));
    expect(received).toEqual(["deliver", "publish"]);
    expect(link.isUp()).toBe(true);
  });

  test("A link whose server sends no pong is terminated and established again", async () => {
    let links = 0;
    const mute = createServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", (request) => {
        links++;
        const key = /sec-websocket-key: (.+)\r\n/i.exec(String(request))?.[1];
        const accept = new Bun.CryptoHasher("sha1")
          .update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
          .digest("base64");
        socket.write(
          `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
        );
      });
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    mute.listen(0, "127.0.0.1", resolve);
    await promise;
    const address = mute.address();
    const serverUrl = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
    const link = createLink(
      { serverUrl, secrets: [SECRET], listener, circuit, log },
      { heartbeatMs: 30 },
    );
    await eventually(() => links >= 2);
    await link[Symbol.asyncDispose]();
    mute.close();
  });

  test("The link ends when it is disposed of, even during an attempt", async () => {
    const link = createLink({
      serverUrl: "http://127.0.0.1:1",
      secrets: [SECRET],
      listener,
      circuit,
      log,
    });
    await link[Symbol.asyncDispose]();
    expect(link.isUp()).toBe(false);
  });
});
