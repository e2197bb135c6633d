import { expect, test } from "bun:test";
import { Refusal } from "@parley/platform/http/problem";
import { createLog } from "@parley/platform/process/log";
import { Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import type { AppEnv } from "./env.ts";
import { createErrorHandler, createNotFound } from "./errors.ts";

function failingWith(error: Error) {
  const counted: string[] = [];
  const app = new Hono<AppEnv>();
  const count = (code: string) => void counted.push(code);
  app.onError(createErrorHandler({ log: createLog("test", "silent"), count }));
  app.notFound(createNotFound({ count }));
  app.get("/", () => {
    throw error;
  });
  return { app, counted };
}

test("A refusal is answered as its problem and counted", async () => {
  const errors = [{ path: "name", message: "is missing" }];
  const { app, counted } = failingWith(new Refusal("invalid", "name: is missing.", { errors }));
  const answer = await app.request("/");
  expect(answer.status).toBe(422);
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  expect(await answer.json()).toMatchObject({ code: "invalid", status: 422, errors });
  expect(counted).toEqual(["invalid"]);
});

test("The response to an unknown error reveals nothing about it", async () => {
  const { app, counted } = failingWith(new Error("select * from users at /srv/parley/db.ts"));
  const answer = await app.request("/");
  expect(answer.status).toBe(500);
  const text = await answer.text();
  expect(text).toContain('"internal"');
  expect(text).not.toMatch(/select|srv|stack/);
  expect(counted).toEqual(["internal"]);
});

test.each(["57P01", "08006", "53300", "ECONNREFUSED"])(
  "A request during the database error %s answers 503 with Retry-After",
  async (code) => {
    const { app, counted } = failingWith(Object.assign(new Error("inside"), { code }));
    const answer = await app.request("/");
    expect(answer.status).toBe(503);
    expect(answer.headers.get("retry-after")).toBe("5");
    expect(await answer.json()).toMatchObject({ code: "unavailable" });
    expect(counted).toEqual(["unavailable"]);
  },
);

test.each([
  [400, "bad_request"],
  [413, "too_large"],
  [501, "internal"],
] as const)("The HTTP exception %d of Hono is answered as the problem %s", async (status, code) => {
  const { app } = failingWith(new HTTPException(status, { message: "inside" }));
  const answer = await app.request("/");
  expect(await answer.json()).toMatchObject({ code });
});

test("An unknown path answers 404, and a known path with another method answers 405 with Allow", async () => {
  const { app } = failingWith(new Error());
  expect((await app.request("/service/api/nothing")).status).toBe(404);
  const answer = await app.request("/service/api/profile", { method: "DELETE" });
  expect(answer.status).toBe(405);
  expect(answer.headers.get("allow")).toBe("GET, PATCH");
});
