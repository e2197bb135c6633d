import { expect, test } from "bun:test";
import { Hono } from "hono";
import { closeOnDrain } from "./close-on-drain.ts";
import { withHooks } from "./hooks.ts";

test("A server closes connections with its responses only while it drains", async () => {
  let draining = false;
  const app = new Hono()
    .use(withHooks([], [closeOnDrain(() => draining)]))
    .get("/", (c) => c.text("ok"));
  const connection = async () => (await app.request("/")).headers.get("connection");
  expect(await connection()).toBeNull();
  draining = true;
  expect(await connection()).toBe("close");
});
