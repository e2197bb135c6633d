/**
 * Hono's RegExpRouter skipped middleware for routes whose path overlapped with others (below 4.13.18).
 *
 * The server authenticates by middleware on `/service/api/*`, and the same router matches the gateway's
 * table of routes.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { SERVER_ROUTES } from "@parley/contracts/routes";
import { prepare, RUNTIMES } from "../../runtimes/runtimes.ts";
import { type Stack, startStack } from "../../stack/stack.ts";

let stack: Stack;

const IDS = ["0197aaaa-0000-7000-8000-000000000001", "1", "login", "*", ":id", "%2a", "admin"];
const PUBLIC = /^\/service\/(?:api\/(?:login|register|openapi\.json)|healthz|readyz|metrics)$/;

/** Each protected route, with IDs and with the literal segments of other routes as parameters. */
const variants = SERVER_ROUTES.filter(({ pattern }) => !PUBLIC.test(pattern)).flatMap(
  ({ method, pattern }) => IDS.map((id) => [method, pattern.replace(/:\w+/g, id)] as const),
);

describe.each(RUNTIMES)("the gateway on %s", (runtime) => {
  beforeAll(async () => {
    stack = await startStack("embedded", {}, { gatewayBy: await prepare(runtime) });
  });
  afterAll(() => stack[Symbol.asyncDispose]());

  test.each(["gateway", "server"] as const)(
    "No route of the %s bypasses its middleware",
    async (at) => {
      const origin = at === "gateway" ? stack.url : stack.serverUrl;
      const passed: string[] = [];
      for (const [method, path] of variants) {
        const { status } = await fetch(origin + path, { method, redirect: "manual" });
        if (status !== 401) passed.push(`${method} ${path}: ${status}`);
      }
      expect(variants.length).toBeGreaterThan(100);
      expect(passed).toEqual([]);
    },
  );
});
