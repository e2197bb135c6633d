import { expect, test } from "bun:test";
import { withHooks } from "@parley/platform/http/hooks";
import { Hono } from "hono";
import { sayFarewell } from "./close-on-drain.ts";

test("a server that is about to stop ends connections with their answers, and no other does", async () => {
  let draining = false;
  const app = new Hono()
    .use(withHooks([], [sayFarewell(() => draining)]))
    .get("/", (c) => c.text("ok"));
  const connection = async () => (await app.request("/")).headers.get("connection");
  expect(await connection()).toBeNull();
  draining = true;
  expect(await connection()).toBe("close");
});
