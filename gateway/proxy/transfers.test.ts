import { expect, test } from "bun:test";
import type { Context } from "hono";
import type { GatewayEnv } from "../gateway-env.ts";
import type { ReleasePlace } from "../sockets/connection-counts.ts";
import { createInProcessConnectionCounts } from "../sockets/in-process-connection-counts.ts";
import { startFakeServer } from "../testing/fake-server.ts";
import { bearer, startTestGateway, USER } from "../testing/test-gateway.ts";
import { createTransfers } from "./transfers.ts";

const OTHER_USER = "0197aaaa-0000-7000-8000-000000000002";

async function ask(gateway: URL, path: string, init: RequestInit, user = USER): Promise<Response> {
  return fetch(new URL(path, gateway), { ...init, headers: await bearer(user) });
}

test("A user may have twenty uploads in progress, and each that ends makes room for one", async () => {
  const rest = Promise.withResolvers<void>();
  let begun = 0;
  await using server = startFakeServer({
    respond: async (request) => {
      begun++;
      await request.arrayBuffer();
      return new Response("stored");
    },
  });
  await using gateway = await startTestGateway(server.url);
  const upload = (user?: string) =>
    ask(gateway.url, "/service/api/files", { method: "POST", body: halfThen(rest.promise) }, user);
  const underWay = Array.from({ length: 20 }, () => upload());
  while (begun < 20) await Bun.sleep(5);
  const refused = await upload();
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "1"]);
  expect(await refused.json()).toMatchObject({ code: "rate_limited" });
  const others = upload(OTHER_USER);
  while (begun < 21) await Bun.sleep(5);
  rest.resolve();
  for (const response of [...underWay, others]) expect((await response).status).toBe(200);
  expect((await upload()).status).toBe(200);
  const metrics = await (await fetch(new URL("/metrics", gateway.url))).text();
  expect(metrics).toMatch(/^gateway_rate_limit_blocked_total\{kind="user"} 1$/m);
});

test("A user may have a hundred downloads in progress, and each that is aborted makes room for one", async () => {
  const rest = Promise.withResolvers<void>();
  await using server = startFakeServer({ respond: () => new Response(halfThen(rest.promise)) });
  await using gateway = await startTestGateway(server.url);
  const fetchFile = (signal?: AbortSignal) =>
    ask(gateway.url, "/service/api/files/1", signal ? { signal } : {});
  const first = new AbortController();
  // A response without a reference would be garbage-collected and cancelled.
  const held = [await fetchFile(first.signal)];
  while (held.length < 100) held.push(await fetchFile());
  expect(held.filter(({ status }) => status !== 200)).toEqual([]);
  const refused = await fetchFile();
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "1"]);
  first.abort();
  while ((await fetchFile()).status !== 200) await Bun.sleep(5);
  rest.resolve();
  for (const response of held.slice(1)) expect(await response.bytes()).toHaveLength(1_000);
});

test("All callers together may have so many transfers in progress, and each that ends makes room for one", () => {
  const counts = createInProcessConnectionCounts({ perUser: 10, perAddress: 10 });
  const limit = { counts, total: 2 };
  const beginTransfer = createTransfers(() => {}, { upload: limit, download: limit });
  const begin = (address: string) => {
    const variables = { address, identity: null };
    const c = { get: (name: keyof typeof variables) => variables[name] } as Context<GatewayEnv>;
    return beginTransfer("upload", c) as ReleasePlace;
  };
  const first = begin("192.0.2.1");
  begin("192.0.2.2");
  expect(() => begin("192.0.2.3")).toThrow(expect.objectContaining({ code: "overloaded" }));
  first();
  first();
  begin("192.0.2.3");
  expect(() => begin("192.0.2.4")).toThrow(expect.objectContaining({ code: "overloaded" }));
});

function halfThen(rest: Promise<void>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async start(controller) {
      controller.enqueue(new Uint8Array(1_000));
      await rest;
      controller.close();
    },
  });
}
