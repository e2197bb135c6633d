import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { withHooks } from "@parley/platform/http/hooks";
import { COUNTS_SEGMENTS, fetchSegments } from "@parley/platform/http/testing/fetch-segments";
import { Hono } from "hono";
import { sendWhole } from "./send-whole.ts";

const page = {
  messages: Array.from({ length: 500 }, (_, seq) => ({ seq, body: `слово ${seq} 🙂` })),
};

const app = new Hono()
  .use(withHooks([sendWhole], []))
  .get("/json", async (c) => {
    await Bun.sleep(1);
    c.header("x-own", "1");
    return c.json(page, 201, { "cache-control": "private" });
  })
  .get("/init", (c) => c.json({}, { status: 202, headers: { "x-own": "2" } }))
  .get("/type", (c) => c.json({}, 200, { "content-type": "application/problem+json" }))
  .get("/bytes", async (c) => {
    await Bun.sleep(1);
    return c.body(new TextEncoder().encode(JSON.stringify(page)));
  })
  .get("/empty", (c) => c.body(null, 204))
  .get("/stream", (c) => c.body(new Blob(["a stream"]).stream()));

test("Answers have the bodies, statuses and headers that Hono gives them", async () => {
  const json = await app.request("/json");
  expect([json.status, await json.json()]).toEqual([201, page]);
  expect(Object.fromEntries(json.headers)).toEqual({
    "cache-control": "private",
    "content-type": "application/json",
    "x-own": "1",
  });
  const init = await app.request("/init");
  expect([init.status, init.headers.get("x-own")]).toEqual([202, "2"]);
  expect((await app.request("/type")).headers.get("content-type")).toBe("application/problem+json");
  expect(await (await app.request("/bytes")).json()).toEqual(page);
  const empty = await app.request("/empty");
  expect([empty.status, await empty.text()]).toEqual([204, ""]);
  expect(await (await app.request("/stream")).text()).toBe("a stream");
});

describe("over HTTP", () => {
  let server: Bun.Server<undefined>;
  beforeAll(() => {
    server = Bun.serve({ port: 0, fetch: app.fetch });
  });
  afterAll(() => server.stop(true));

  test.skipIf(!COUNTS_SEGMENTS)(
    "A large answer that was awaited is sent in one write",
    async () => {
      for (const path of ["/json", "/bytes"]) {
        const { body, segments, segmentsOfOneWrite } = await fetchSegments(
          Number(server.port),
          path,
        );
        expect(JSON.parse(body.toString())).toEqual(page);
        expect(segments, path).toBeLessThanOrEqual(segmentsOfOneWrite);
      }
    },
  );

  test("A HEAD request gets the head of the answer", async () => {
    const response = await fetch(new URL("/json", server.url), { method: "HEAD" });
    expect([response.status, response.headers.get("x-own"), await response.text()]).toEqual([
      201,
      "1",
      "",
    ]);
  });
});
