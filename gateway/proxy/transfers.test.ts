import { expect, test } from "bun:test";
import { startFakeServer } from "../testing/fake-server.ts";
import { bearer, startTestGateway, USER } from "../testing/test-gateway.ts";

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

function halfThen(rest: Promise<void>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async start(controller) {
      controller.enqueue(new Uint8Array(1_000));
      await rest;
      controller.close();
    },
  });
}
