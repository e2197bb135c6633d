import { expect, test } from "bun:test";
import { eventually } from "@parley/platform/testing/eventually";
import { openBrowser } from "./testing/browser.ts";
import { startFakeServer } from "./testing/fake-server.ts";
import { startRawServer } from "./testing/raw-server.ts";
import { bearer, startTestGateway } from "./testing/test-gateway.ts";

test("A gateway that stops closes every browser with 1001, finishes requests in flight, and then refuses connections", async () => {
  const release = Promise.withResolvers<void>();
  let begun = false;
  await using server = startFakeServer({
    async respond() {
      begun = true;
      await release.promise;
      return new Response("finished");
    },
  });
  const gateway = await startTestGateway(server.url);
  const headers = await bearer();
  const browsers = Array.from({ length: 3 }, () => openBrowser(gateway.url, headers));
  await eventually(() => browsers.every(({ received }) => received.length > 0));
  const slow = fetch(new URL("/service/api/slow", gateway.url), { headers });
  await eventually(() => begun);

  const stopped = gateway[Symbol.asyncDispose]();
  for (const browser of browsers) expect(await browser.closed).toMatchObject({ code: 1001 });
  release.resolve();
  expect(await (await slow).text()).toBe("finished");
  await stopped;
  await expect(fetch(new URL("/healthz", gateway.url))).rejects.toThrow();
  await eventually(() => server.received.filter((frame) => frame.kind === "close").length === 3);
});

test("The address that a trusted proxy reports is counted and sent to the server", async () => {
  await using server = startFakeServer();
  const network = { address: "127.0.0.0", prefix: 8, family: "ipv4" } as const;
  const changes = { TRUSTED_PROXIES: [network], RATE_LIMIT_RPS: 1 };
  await using gateway = await startTestGateway(server.url, changes);
  const from = (address: string) =>
    fetch(new URL("/service/api/login", gateway.url), {
      method: "POST",
      headers: { "x-forwarded-for": `1.1.1.1, ${address}` },
    });
  expect(await (await from("203.0.113.1")).json()).toMatchObject({
    headers: { "x-forwarded-for": "203.0.113.1" },
  });
  await eventually(async () => (await from("203.0.113.1")).status === 429);
  expect((await from("203.0.113.2")).status).toBe(200);
});

test("The server gets the host and protocol of PUBLIC_ORIGIN", async () => {
  await using server = startFakeServer();
  const changes = { PUBLIC_ORIGIN: "https://chat.example" };
  await using gateway = await startTestGateway(server.url, changes);
  const response = await fetch(new URL("/service/api/login", gateway.url), { method: "POST" });
  expect(await response.json()).toMatchObject({
    headers: { "x-forwarded-host": "chat.example", "x-forwarded-proto": "https" },
  });
});

test("A gateway that has stopped leaves no connection to the server open", async () => {
  using server = await startRawServer((socket, data) => {
    if (String(data).startsWith("GET /service/api/x "))
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
  });
  const gateway = await startTestGateway(server.url);
  const url = new URL("/service/api/x", gateway.url);
  expect(await (await fetch(url, { headers: await bearer() })).text()).toBe("ok");
  expect(server.sockets.some(({ readyState }) => readyState === "open")).toBe(true);
  await gateway[Symbol.asyncDispose]();
  await server.waitUntilClosed();
});
