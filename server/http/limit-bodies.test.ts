import { expect, test } from "bun:test";
import { LIMITS } from "@parley/contracts/limits";
import { createLog } from "@parley/platform/process/log";
import { Hono } from "hono";
import type { AppEnv } from "./env.ts";
import { createErrorHandler } from "./errors.ts";
import { bodyLimiter, limitBodies } from "./limit-bodies.ts";

const app = new Hono<AppEnv>()
  .onError(createErrorHandler({ log: createLog("test", "silent"), count() {} }))
  .put("/bytes", bodyLimiter(10), async (c) => c.text(await c.req.text()))
  .use("/service/*", limitBodies)
  .post("/service/api/login", async (c) => c.text(await c.req.text()))
  .post("/service/api/chats", async (c) => c.text(await c.req.text()))
  .put("/service/api/profile/avatar", async (c) => c.text(await c.req.text()))
  .post("/service/api/logout", (c) => c.text("ok"));

test("A body over its limit is refused though its length was not sent", async () => {
  const stream = new ReadableStream({
    pull(controller) {
      controller.enqueue(new Uint8Array(8));
    },
  });
  const response = await app.request("/bytes", { method: "PUT", body: stream });
  expect(response.status).toBe(413);
  expect((await app.request("/bytes", { method: "PUT", body: "0123456789" })).status).toBe(200);
});

test.each([
  ["POST", "/service/api/login", LIMITS.maxCredentialsBytes],
  ["POST", "/service/api/chats", LIMITS.maxJsonBytes],
  ["PUT", "/service/api/profile/avatar", LIMITS.maxAvatarBytes],
])(
  "The route %s %s accepts as many bytes as the table of routes allows",
  async (method, path, most) => {
    const statusOf = async (size: number) => {
      const headers = { "content-length": String(size) };
      return (await app.request(path, { method, headers, body: "x".repeat(size) })).status;
    };
    expect(await statusOf(most)).toBe(200);
    expect(await statusOf(most + 1)).toBe(413);
  },
);

test("A route that takes no body ignores one", async () => {
  const body = "x".repeat(LIMITS.maxJsonBytes + 1);
  expect((await app.request("/service/api/logout", { method: "POST", body })).status).toBe(200);
});

test("A body with a content coding is refused, because nothing decodes it", async () => {
  const post = (coding: string) =>
    app.request("/service/api/chats", {
      method: "POST",
      headers: { "content-encoding": coding },
      body: "{}",
    });
  const refused = await post("gzip");
  expect([refused.status, refused.headers.get("accept-encoding")]).toEqual([415, "identity"]);
  expect((await post("identity")).status).toBe(200);
});
