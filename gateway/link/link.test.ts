import { describe, expect, test } from "bun:test";
import { createServer } from "node:net";
import { createLog } from "@parley/platform/process/log";
import { allRead, openBrowser } from "../testing/browser.ts";
import { SECRET, startServerStandIn } from "../testing/server-stand-in.ts";
import { bearer, eventually, startTestGateway, USER } from "../testing/test-gateway.ts";
import { createLink } from "./link.ts";

const WELCOME = `{"type":"welcome","user":"${USER}"}`;

/** A port that is free now. */
async function freePort(): Promise<number> {
  await using server = startServerStandIn();
  return server.port;
}

describe("while the server is away", () => {
  test("a browser is kept waiting, and what it says waits with it", async () => {
    const port = await freePort();
    await using gateway = await startTestGateway(`http://127.0.0.1:${port}`);
    const browser = openBrowser(gateway.url, await bearer());
    await browser.opened;
    for (const word of ["a", "b", "c"]) browser.socket.send(word);
    await using server = startServerStandIn({ port });
    await eventually(() => browser.heard.includes("echo c"));
    expect(browser.heard.filter((frame) => frame !== WELCOME)).toEqual([
      "echo a",
      "echo b",
      "echo c",
    ]);
    expect(server.heard.map((frame) => frame.kind)).toEqual(["open", "frame", "frame", "frame"]);
  });

  test("a browser that says much stays, and nothing of it is lost", async () => {
    const port = await freePort();
    await using gateway = await startTestGateway(`http://127.0.0.1:${port}`);
    const browser = openBrowser(gateway.url, await bearer());
    await browser.opened;
    for (let n = 0; n < 1_100; n++) browser.socket.send(`${n}`);
    await allRead(browser.socket);
    await using server = startServerStandIn({ port });
    await eventually(() => browser.heard.includes(WELCOME));
    browser.socket.send("again");
    await eventually(() => browser.heard.includes("echo again"));
    const waited = Array.from({ length: 1_100 }, (_, n) => `echo ${n}`);
    expect(browser.heard.filter((frame) => frame !== WELCOME)).toEqual([...waited, "echo again"]);
    expect(server.heard.filter((frame) => frame.kind === "open")).toHaveLength(1);
  });

  test("the gateway is not ready, and is again once the server is back", async () => {
    const port = await freePort();
    await using gateway = await startTestGateway(`http://127.0.0.1:${port}`);
    const readiness = async () => (await fetch(new URL("/readyz", gateway.url))).status;
    expect(await readiness()).toBe(503);
    expect((await fetch(new URL("/healthz", gateway.url))).status).toBe(200);
    {
      await using _server = startServerStandIn({ port });
      await eventually(async () => (await readiness()) === 200);
    }
    await eventually(async () => (await readiness()) === 503);
  });
});

test("a server that restarts drops nobody: every session is opened anew, with nothing left of before", async () => {
  const port = await freePort();
  await using gateway = await startTestGateway(`http://127.0.0.1:${port}`);
  const headers = await bearer();
  const browsers = Array.from({ length: 5 }, () => openBrowser(gateway.url, headers));
  const allHeard = (frame: string, times: number) => () =>
    browsers.every(({ heard }) => heard.filter((one) => one === frame).length === times);
  {
    await using first = startServerStandIn({ port, topics: ["all", "left"] });
    await eventually(allHeard(WELCOME, 1));
    first.down({ kind: "publish", topic: "left", payload: "before" });
    await eventually(allHeard("before", 1));
  }
  await using second = startServerStandIn({ port, topics: ["all"] });
  await eventually(allHeard(WELCOME, 2));
  second.down({ kind: "publish", topic: "left", payload: "to nobody" });
  second.down({ kind: "publish", topic: "all", payload: "after" });
  await eventually(allHeard("after", 1));
  for (const { heard, socket } of browsers) {
    expect(heard).toEqual([WELCOME, "before", WELCOME, "after"]);
    expect(socket.readyState).toBe(WebSocket.OPEN);
  }
});

describe("the link itself", () => {
  const log = createLog("gateway", "silent");
  const deaf = { up() {}, receive() {}, down() {} };

  test("stands with the previous secret where the server does not know the new one yet", async () => {
    await using server = startServerStandIn();
    const secrets = ["the server's next secret, long enough", SECRET] as const;
    await using link = createLink({ serverUrl: server.url, secrets, end: deaf, log });
    await eventually(() => link.isUp());
    expect(server.refusedLinks()).toBe(1);
  });

  test("is refused with another secret, and tried again", async () => {
    await using server = startServerStandIn();
    const secrets = ["another secret that is long enough too"] as const;
    await using link = createLink({ serverUrl: server.url, secrets, end: deaf, log });
    await eventually(() => server.refusedLinks() >= 2);
    expect(link.isUp()).toBe(false);
  });

  test("outlives a frame that breaks its end", async () => {
    await using server = startServerStandIn();
    const heard: string[] = [];
    const end = {
      ...deaf,
      receive: (frame: { kind: string }) => {
        heard.push(frame.kind);
        if (frame.kind === "deliver") throw new Error("broken");
      },
    };
    await using link = createLink({ serverUrl: server.url, secrets: [SECRET], end, log });
    await eventually(() => link.isUp());
    server.down({ kind: "deliver", connection: 1, payload: "x" });
    server.down({ kind: "publish", topic: "t", payload: "x" });
    await eventually(() => heard.includes("publish"));
    expect(heard).toEqual(["deliver", "publish"]);
    expect(link.isUp()).toBe(true);
  });

  test("is cut when the server answers no ping, and made anew", async () => {
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
    const link = createLink({ serverUrl, secrets: [SECRET], end: deaf, log }, { heartbeat: 30 });
    await eventually(() => links >= 2);
    await link[Symbol.asyncDispose]();
    mute.close();
  });

  test("ends when it is disposed of, even in the middle of an attempt", async () => {
    const link = createLink({ serverUrl: "http://127.0.0.1:1", secrets: [SECRET], end: deaf, log });
    await link[Symbol.asyncDispose]();
    expect(link.isUp()).toBe(false);
  });
});
