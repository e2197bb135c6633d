import { afterAll, beforeAll, expect, test } from "bun:test";
import { Person } from "../stack/person.ts";
import { resident } from "../stack/resident.ts";
import type { Socket } from "../stack/socket.ts";
import { type Stack, startStack } from "../stack/stack.ts";

const SOCKETS = 1_000;
/** Growth of the gateway per socket: the goal is 20 KiB, and the heap grows in steps. */
const MAX_BYTES_PER_SOCKET = 64 * 1024;

let stack: Stack;
let ann: Person;
beforeAll(async () => {
  stack = await startStack("embedded", { LOG_LEVEL: "error" });
  ann = await Person.register(stack.url, "ann");
});
afterAll(() => stack[Symbol.asyncDispose]());

test("A thousand idle sockets stay open, need little memory, and move to the next server", async () => {
  const before = await resident(stack.gateway);
  const sockets: Socket[] = [];
  while (sockets.length < SOCKETS)
    sockets.push(...(await Promise.all(Array.from({ length: 100 }, () => ann.connect()))));
  expect((await resident(stack.gateway)) - before).toBeLessThan(SOCKETS * MAX_BYTES_PER_SOCKET);

  await stack.server.end();
  await stack.startServer();
  const welcomes = ({ frames }: Socket) => frames.filter(({ type }) => type === "welcome").length;
  while (sockets.some((socket) => welcomes(socket) < 2)) await Bun.sleep(50);
  expect(sockets.filter(({ isOpen }) => isOpen)).toHaveLength(SOCKETS);
  for (const socket of sockets) socket.close();
}, 120_000);
