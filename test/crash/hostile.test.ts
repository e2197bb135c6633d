import { afterAll, beforeAll, expect, test } from "bun:test";
import { LIMITS } from "@parley/contracts/limits";
import { sendMany } from "../hostile/flood.ts";
import { sendGarbage } from "../hostile/garbage.ts";
import { hostile, SETTINGS } from "../hostile/hostile.ts";
import { describeHostile, isComplete } from "../hostile/hostile-summary.ts";
import { onEachStack } from "../stack/on-each-stack.ts";
import { Person } from "../stack/person.ts";
import { RawSocket } from "../stack/raw-socket.ts";
import { resident } from "../stack/resident.ts";
import { type Stack, startStack } from "../stack/stack.ts";

const FLOOD = 50_000;
/** Longer than megabytes may wait for a reader. */
const TOO_SLOW_MS = LIMITS.backlog.lastingMs + 1_000;
/** Growth of a process under attack that buffers and garbage collection explain. */
const MAX_GROWTH_BYTES = 160 * 1024 * 1024;

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

  test("A reader that stops reading is closed with 4429, its neighbour receives everything, and memory stays flat", async () => {
    using slow = await RawSocket.open(`${stack.url}/ws`, bob.token);
    using direct = await RawSocket.open(`${stack.serverUrl}/service/ws`, bob.token);
    using neighbour = await bob.connect();
    using a = await ann.connect();
    slow.stopReading();
    direct.stopReading();
    await sendMany(a, chat, 1_000);
    const before = await memory(stack);
    await sendMany(a, chat, FLOOD);
    const { seq } = await a.say(chat, "the last of them");
    await neighbour.untilEvent(chat, (event) => event.seq === seq);
    const seqs = neighbour.events(chat).map((event) => event.seq);
    expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, n) => (seqs[0] ?? 0) + n));
    expect((await memory(stack)) - before).toBeLessThan(MAX_GROWTH_BYTES);
    await Bun.sleep(TOO_SLOW_MS);
    expect(await slow.readToEnd()).toBe(4429);
    expect(await direct.readToEnd()).toBe(4429);
    using back = await bob.connect();
    back.send({ type: "resume", chats: { [chat]: seq - 900 } });
    await back.untilEvent(chat, (event) => event.seq === seq);
  }, 120_000);

  test("A hundred sockets that send garbage disturb no other socket", async () => {
    using a = await ann.connect();
    await a.say(chat, "before");
    const before = await memory(stack);
    const closed = await Promise.all(Array.from({ length: 100 }, (_, n) => sendGarbage(ann, n)));
    expectReasons(closed);
    const { seq } = await a.say(chat, "after");
    using b = await bob.connect();
    b.send({ type: "resume", chats: { [chat]: seq - 1 } });
    await b.untilEvent(chat, (event) => event.seq === seq);
    expect((await memory(stack)) - before).toBeLessThan(MAX_GROWTH_BYTES);
  });
});

onEachStack("neighbours of slow readers, floods and garbage", (kind) => {
  test("Neighbours of attackers receive every message on one socket, and garbage is closed with a reason", async () => {
    await using stack = await startStack(kind, SETTINGS);
    const length = { warmUp: 1_000, quiet: 1_000, attacked: 5_000, rest: 0 };
    const result = await hostile(stack, length);
    console.log(describeHostile(result));
    expect(isComplete(result.quiet)).toBeTrue();
    expect(isComplete(result.attacked)).toBeTrue();
    expect(result.attacked.sent).toBeGreaterThan(100);
    expect(result.flooded).toBeGreaterThan(2_000);
    expectReasons(Object.keys(result.closes["senders of garbage"] ?? {}).map(Number));
  }, 120_000);
});

/**
 * Each kind of garbage is closed with its reason. A sender who goes on sending may see 1006 instead: TCP
 * resets a connection with unread bytes, and the reset can discard the close frame (RFC 6455, 7.1.1).
 */
function expectReasons(codes: readonly number[]): void {
  expect(new Set(codes).difference(new Set([1006]))).toEqual(new Set([1008, 1009]));
}

/** Returns the resident bytes of server and gateway together. */
async function memory(stack: Stack): Promise<number> {
  return (await resident(stack.server)) + (await resident(stack.gateway));
}
