/**
 * Hono's CORS middleware allowed credentials for every origin when all origins were allowed (below 4.12.25).
 *
 * The server allows credentials for the origins of `CORS_ORIGINS` only.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { prepare, RUNTIMES, type RunBy } from "../../runtimes/runtimes.ts";
import { startProgram } from "../../stack/program.ts";
import { type Stack, startStack } from "../../stack/stack.ts";

const LISTED = "https://app.example.org";

let stack: Stack;
let gatewayBy: RunBy;

function preflight(origin: string, at: string): Promise<Response> {
  return fetch(`${at}/service/api/profile`, {
    method: "OPTIONS",
    headers: { origin, "access-control-request-method": "PATCH" },
  });
}

describe.each(RUNTIMES)("the gateway on %s", (runtime) => {
  beforeAll(async () => {
    gatewayBy = await prepare(runtime);
    stack = await startStack("embedded", { CORS_ORIGINS: LISTED }, { gatewayBy });
  });
  afterAll(() => stack[Symbol.asyncDispose]());

  test.each(["*", "https://app.example.org,*"])(
    "The start fails for CORS_ORIGINS=%s",
    async (origins) => {
      const env = { CORS_ORIGINS: origins, DATA_DIR: "/nowhere" };
      const both: RunBy[] = [["server/main.ts"], gatewayBy];
      for (const [file, ...runtime] of both) {
        const { exited } = startProgram(file, env, { runtime });
        expect(await exited).toBe(78);
      }
    },
  );

  test.each([
    "https://evil.example",
    "https://app.example.org.evil.example",
    "https://app.example.org:8443",
    "http://app.example.org",
    "HTTPS://APP.EXAMPLE.ORG",
    "null",
    "*",
  ])("A request from the origin %s is answered without a grant", async (origin) => {
    for (const at of [stack.url, stack.serverUrl])
      for (const response of [
        await preflight(origin, at),
        await fetch(`${at}/service/api/profile`, { headers: { origin } }),
      ]) {
        expect(response.headers.get("access-control-allow-origin")).toBeNull();
        expect(response.headers.get("access-control-allow-credentials")).toBeNull();
      }
  });

  test("A listed origin is named in the response, never a star", async () => {
    for (const at of [stack.url, stack.serverUrl]) {
      const { headers } = await preflight(LISTED, at);
      expect(headers.get("access-control-allow-origin")).toBe(LISTED);
      expect(headers.get("access-control-allow-credentials")).toBe("true");
      expect(headers.get("vary")).toContain("Origin");
    }
  });
});
