import { expect, test } from "bun:test";
import { Refusal } from "@parley/platform/http/problem";
import { createLog } from "@parley/platform/process/log";
import { Hono } from "hono";
import { corsFor } from "./cors.ts";
import type { AppEnv } from "./env.ts";
import { createErrorHandler } from "./errors.ts";

const LISTED = "https://app.example.org";

function appFor(origins: readonly string[]) {
  const app = new Hono<AppEnv>();
  app.onError(createErrorHandler({ log: createLog("test", "silent"), count() {} }));
  app.use(corsFor(origins));
  app.get("/", (c) => c.text("ok"));
  app.get("/refused", () => {
    throw new Refusal("forbidden");
  });
  return app;
}

function preflight(origin: string, origins = [LISTED]) {
  return appFor(origins).request("/", {
    method: "OPTIONS",
    headers: { origin, "access-control-request-method": "PATCH" },
  });
}

const granted = (headers: Headers) =>
  [...headers.keys()].filter((name) => name.startsWith("access-control-"));

test("A preflight from a listed origin is granted with credentials", async () => {
  const { status, headers } = await preflight(LISTED);
  expect(status).toBe(204);
  expect(headers.get("access-control-allow-origin")).toBe(LISTED);
  expect(headers.get("access-control-allow-credentials")).toBe("true");
  expect(headers.get("access-control-allow-methods")).toContain("PATCH");
});

test.each(["https://evil.example", "null", `${LISTED}.evil.example`])(
  "A preflight from %s is answered without a grant",
  async (origin) => {
    const { status, headers } = await preflight(origin);
    expect(status).toBe(204);
    expect(granted(headers)).toEqual([]);
  },
);

test("A preflight is answered without a grant when no origin is listed", async () => {
  expect(granted((await preflight(LISTED, [])).headers)).toEqual([]);
});

test("No response depends on the origin when none is listed", async () => {
  const { status, headers } = await appFor([]).request("/", { headers: { origin: LISTED } });
  expect(status).toBe(200);
  expect(granted(headers)).toEqual([]);
  expect(headers.has("vary")).toBe(false);
});

test("A listed origin can read responses and refusals", async () => {
  for (const path of ["/", "/refused"]) {
    const { headers } = await appFor([LISTED]).request(path, { headers: { origin: LISTED } });
    expect(headers.get("access-control-allow-origin")).toBe(LISTED);
    expect(headers.get("vary")).toContain("Origin");
  }
});

test("A request from another origin is answered without a grant", async () => {
  const answer = await appFor([LISTED]).request("/", {
    headers: { origin: "https://evil.example" },
  });
  expect(await answer.text()).toBe("ok");
  expect(granted(answer.headers)).toEqual([]);
});
