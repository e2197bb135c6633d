import { afterAll, beforeAll, expect, test } from "bun:test";
import { onEachStack } from "../stack/on-each-stack.ts";
import { Person } from "../stack/person.ts";
import { RawSocket } from "../stack/raw-socket.ts";
import { resident } from "../stack/resident.ts";
import type { Socket } from "../stack/socket.ts";
import { type Stack, startStack } from "../stack/stack.ts";

const FLOOD = 50_000;
const IN_FLIGHT = 1_000;
/** Bytes that a process may grow by under an attack: what buffers and a garbage collector need. */
const ROOM = 160 * 1024 * 1024;

onEachStack("hostile clients", (kind) => {
  let stack: Stack;
  let ann: Person;
  let bob: Person;
  let chat: string;
  beforeAll(async () => {
    stack = await startStack(kind, { LOG_LEVEL: "error" });
    ann = await Person.register(stack.url, "ann");
    bob = await Person.register(stack.url, "bob");
    chat = (await ann.create({ kind: "group", name: "room", members: [bob.id] })).id;
  });
  afterAll(() => stack[Symbol.asyncDispose]());

  test("a reader that stops reading is closed with 4429; its neighbour hears all, and memory stays flat", async () => {
    using slow = await RawSocket.open(`${stack.url}/ws`, bob.token);
    using direct = await RawSocket.open(`${stack.serverUrl}/service/ws`, bob.token);
    using neighbour = await bob.connect();
    using a = await ann.connect();
    slow.stopReading();
    direct.stopReading();
    await flood(a, chat, IN_FLIGHT);
    const before = await memory(stack);
    await flood(a, chat, FLOOD);
    const { seq } = await a.say(chat, "the last of them");
    await neighbour.untilEvent(chat, (event) => event.seq === seq);
    const seqs = neighbour.events(chat).map((event) => event.seq);
    expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, n) => (seqs[0] ?? 0) + n));
    expect((await memory(stack)) - before).toBeLessThan(ROOM);
    expect(await slow.readOn()).toBe(4429);
    expect(await direct.readOn()).toBe(4429);
    using back = await bob.connect();
    back.send({ type: "resume", chats: { [chat]: seq - 900 } });
    await back.untilEvent(chat, (event) => event.seq === seq);
  }, 120_000);

  test("a hundred sockets full of garbage disturb nobody", async () => {
    using a = await ann.connect();
    await a.say(chat, "before");
    const before = await memory(stack);
    const closed = await Promise.all(Array.from({ length: 100 }, (_, n) => spoil(n)));
    expect(new Set(closed).difference(new Set([1006, 1008, 1009])).size).toBe(0);
    const { seq } = await a.say(chat, "after");
    using b = await bob.connect();
    b.send({ type: "resume", chats: { [chat]: seq - 1 } });
    await b.untilEvent(chat, (event) => event.seq === seq);
    expect((await memory(stack)) - before).toBeLessThan(ROOM);
  }, 60_000);

  /** Sends garbage of one sort until the socket is closed. @returns the code of the close. */
  async function spoil(n: number): Promise<number> {
    using socket = await ann.connect();
    const garbage = GARBAGE[n % GARBAGE.length] as () => string | Uint8Array;
    for (let sent = 0; sent < 5 && socket.isOpen; sent++) {
      socket.sendText(garbage());
      await Bun.sleep(1);
    }
    return socket.closed;
  }
});

const GARBAGE: readonly (() => string | Uint8Array)[] = [
  () => crypto.getRandomValues(new Uint8Array(1_000)),
  () => "x".repeat(200_000),
  () => "[".repeat(60_000),
  () => `{"type":"send","clientId":${"[".repeat(30_000)}`,
  () => JSON.stringify({ type: "no such frame" }),
  () => JSON.stringify({ type: "resume", chats: { "not an id": -1 } }),
];

/** Sends many messages, a bounded number of them on their way at any time. */
async function flood(socket: Socket, chat: string, count: number): Promise<void> {
  for (let sent = 0; sent < count; sent += IN_FLIGHT) {
    const from = socket.frames.length;
    const last = crypto.randomUUID();
    for (let n = 1; n < IN_FLIGHT; n++)
      socket.send({ type: "send", chat, clientId: crypto.randomUUID(), body: `flood ${sent + n}` });
    socket.send({ type: "send", chat, clientId: last, body: "the last of a thousand" });
    await socket.until("ack", ({ clientId }) => clientId === last, from);
    socket.frames.length = 0;
  }
}

/** Resident bytes of server and gateway together. */
async function memory(stack: Stack): Promise<number> {
  return (await resident(stack.server)) + (await resident(stack.gateway));
}
