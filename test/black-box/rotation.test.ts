import { afterAll, beforeAll, expect, test } from "bun:test";
import { Person } from "../stack/person.ts";
import { startProgram, untilReady } from "../stack/program.ts";
import { type Stack, startStack } from "../stack/stack.ts";

const FIRST = "the first secret, which is long enough";
const SECOND = "the second secret, which is long enough";
const ROTATED = { JWT_SECRET: SECOND, JWT_SECRET_PREVIOUS: FIRST };

let stack: Stack;
let ann: Person;
beforeAll(async () => {
  stack = await startStack("embedded", { JWT_SECRET: FIRST });
  ann = await Person.register(stack.url, "ann");
});
afterAll(() => stack[Symbol.asyncDispose]());

async function restartGateway(secrets: Record<string, string>): Promise<void> {
  await stack.gateway.end();
  stack.gateway = startProgram("gateway/main.ts", { ...stack.env, ...secrets });
  await untilReady(`${stack.url}/readyz`);
}

async function restartServer(secrets: Record<string, string>): Promise<void> {
  await stack.server.end();
  stack.server = startProgram("server/main.ts", { ...stack.env, ...secrets });
  await untilReady(`${stack.url}/readyz`);
}

async function statusOf(token: string): Promise<number> {
  const headers = { authorization: `Bearer ${token}` };
  return (await fetch(`${stack.url}/service/api/profile`, { headers })).status;
}

test("A secret is rotated, the gateway first, and nobody is signed out", async () => {
  await restartGateway(ROTATED);
  expect(await statusOf(ann.token)).toBe(200);
  using _before = await ann.connect();

  await restartServer(ROTATED);
  expect(await statusOf(ann.token)).toBe(200);
  using _after = await ann.connect();
  const renewed = await ann.json<{ token: string }>("POST", "/session");

  const withoutPrevious = { JWT_SECRET: SECOND };
  await restartGateway(withoutPrevious);
  await restartServer(withoutPrevious);
  expect(await statusOf(renewed.token)).toBe(200);
  expect(await statusOf(ann.token)).toBe(401);
});
