import { afterAll, beforeAll, expect, test } from "bun:test";
import { Person } from "../stack/person.ts";
import type { Program } from "../stack/program.ts";
import { type Stack, startStack } from "../stack/stack.ts";

let stack: Stack;
let ann: Person;
beforeAll(async () => {
  stack = await startStack("embedded");
  ann = await Person.register(stack.url, "ann");
});
afterAll(() => stack[Symbol.asyncDispose]());

/** Waits for the log line of a request. */
async function lineOf({ output }: Program, requestId: string): Promise<Record<string, unknown>> {
  for (;;) {
    const lines = output()
      .split(/(?<=\n)/)
      .filter((line) => line.endsWith("\n"))
      .filter((line) => line.includes(`"requestId":"${requestId}"`));
    if (lines.length > 0) {
      expect(lines).toHaveLength(1);
      return JSON.parse(lines[0] ?? "");
    }
    await Bun.sleep(10);
  }
}

test("A request is one log line at the gateway and one at the server, with the same IDs", async () => {
  const traceId = "0af7651916cd43dd8448eb211c80319c";
  const response = await fetch(`${stack.url}/service/api/profile`, {
    headers: {
      authorization: `Bearer ${ann.token}`,
      traceparent: `00-${traceId}-b7ad6b7169203331-01`,
      "x-request-id": "one-line",
    },
  });
  const { byteLength } = await response.bytes();
  const shared = { traceId, method: "GET", status: 200, user: ann.id };
  const route = "/service/api/profile";
  const ms = expect.any(Number);
  expect(await lineOf(stack.gateway, "one-line")).toMatchObject({
    ...shared,
    route,
    bytes: byteLength,
    ms,
  });
  expect(await lineOf(stack.server, "one-line")).toMatchObject({ ...shared, route, ms });
});

test.each([
  ["GET", "/healthz", 15],
  ["HEAD", "/healthz", 0],
])("The log line of %s %s has the %d bytes of the response", async (method, path, bytes) => {
  const requestId = crypto.randomUUID();
  const headers = { "x-request-id": requestId };
  await (await fetch(stack.url + path, { method, headers })).bytes();
  expect(await lineOf(stack.gateway, requestId)).toMatchObject({ method, route: path, bytes });
});

test("Gateway and server log the same trace for a request without one", async () => {
  const headers = { authorization: `Bearer ${ann.token}`, "x-request-id": "new-trace" };
  await (await fetch(`${stack.url}/service/api/chats`, { headers })).bytes();
  const { traceId } = await lineOf(stack.gateway, "new-trace");
  expect(traceId).toMatch(/^[0-9a-f]{32}$/);
  expect(await lineOf(stack.server, "new-trace")).toMatchObject({ traceId });
});
