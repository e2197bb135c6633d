import { afterAll, beforeAll, expect, test } from "bun:test";
import { LIMITS } from "@parley/contracts/limits";
import { onEachStack } from "../stack/on-each-stack.ts";
import { Person } from "../stack/person.ts";
import { RawSocket } from "../stack/raw-socket.ts";
import type { Socket } from "../stack/socket.ts";
import { type Stack, startStack } from "../stack/stack.ts";

const MIB = 1024 * 1024;
/** As long as a message may be. */
const BODY = "Lanes are drawn. ".repeat(235);
/** Longer than megabytes may wait for a reader. */
const TOO_SLOW_MS = LIMITS.backlog.lastingMs + 1_000;
const MESSAGES_AT_ONCE = 500;

onEachStack("overload", (kind) => {
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

  /** Sends messages until their bodies are so many bytes. @returns the `seq` of the last. */
  async function talk(socket: Socket, bytes: number): Promise<number> {
    for (let sent = 0; sent < bytes; sent += MESSAGES_AT_ONCE * BODY.length) {
      const clientIds = Array.from({ length: MESSAGES_AT_ONCE }, () => crypto.randomUUID());
      for (const clientId of clientIds) socket.send({ type: "send", chat, clientId, body: BODY });
      await socket.until("ack", ({ clientId }) => clientId === clientIds.at(-1));
      socket.frames.length = 0;
    }
    return (await socket.say(chat, "the last of them")).seq;
  }

  /** Floods from one socket until each message is acknowledged; what is refused is sent again when it may be. */
  async function flood(socket: Socket, count: number) {
    const seqs: number[] = [];
    const refusals: string[] = [];
    const send = (clientId: string) => socket.send({ type: "send", chat, clientId, body: "flood" });
    let read = socket.frames.length;
    for (let n = 0; n < count; n++) send(crypto.randomUUID());
    while (seqs.length < count && socket.isOpen) {
      await Bun.sleep(10);
      for (const frame of socket.frames.slice(read)) {
        if (frame.type === "ack") seqs.push(frame.seq);
        if (frame.type !== "reject") continue;
        refusals.push(frame.code);
        setTimeout(send, 1_000 * (frame.retryAfter ?? 0), frame.clientId);
      }
      read = socket.frames.length;
    }
    return { seqs, refusals };
  }

  const endpoints = () => [
    { url: stack.url, path: "/ws" },
    { url: stack.serverUrl, path: "/service/ws" },
  ];

  test("A reader that pauses while 12 MiB are said keeps its socket, and receives all of it", async () => {
    using a = await ann.connect();
    for (const { url, path } of endpoints()) {
      using paused = await RawSocket.open(`${url}${path}`, bob.token);
      await a.say(chat, "before");
      paused.stopReading();
      const last = await talk(a, 12 * MIB);
      const pong = '{"type":"pong","id":"end"}';
      paused.send('{"type":"ping","id":"end"}');
      const frames = await paused.readUntil(pong);
      expect(frames.at(-1)).toBe(pong);
      const seqs = seqsOf(frames);
      expect(seqs.at(-1)).toBe(last);
      expect(seqs).toEqual(Array.from(seqs, (_, n) => (seqs[0] ?? 0) + n));
    }
  }, 60_000);

  test("A reader that reads nothing is closed with 4429 after five seconds, with less than 16 MiB too", async () => {
    using a = await ann.connect();
    const slow = await Promise.all(
      endpoints().map(({ url, path }) => RawSocket.open(`${url}${path}`, bob.token)),
    );
    for (const socket of slow) socket.stopReading();
    await talk(a, 10 * MIB);
    await Bun.sleep(TOO_SLOW_MS);
    for (const socket of slow) expect(await socket.readToEnd()).toBe(4429);
    for (const socket of slow) socket[Symbol.dispose]();
  }, 60_000);

  test("A flood is refused with overloaded, nobody's socket is closed, and each message is stored once in the end", async () => {
    for (const { url, path } of endpoints()) {
      using neighbour = await ann.connect();
      using flooding = await bob.connect(path, url);
      const { seq: before } = await neighbour.say(chat, "before");
      const flooded = flood(flooding, 25_000);
      const { seq: amid } = await neighbour.say(chat, "amid the flood");
      expect(amid).toBeGreaterThan(before);
      const { seqs, refusals } = await flooded;
      expect(refusals.length).toBeGreaterThan(0);
      expect(new Set(refusals)).toEqual(new Set(["overloaded"]));
      expect(new Set(seqs).size).toBe(25_000);
      const { seq: after } = await neighbour.say(chat, "after");
      await neighbour.untilEvent(chat, (event) => event.seq === after);
      expect(neighbour.events(chat).filter(({ seq }) => seq > before)).toHaveLength(25_002);
      expect(after).toBe(before + 25_002);
      expect([neighbour.isOpen, flooding.isOpen]).toEqual([true, true]);
    }
  }, 60_000);
});

function seqsOf(frames: readonly string[]): number[] {
  return frames.flatMap((text) => {
    const frame = JSON.parse(text);
    return frame.type === "events" ? frame.events.map(({ seq }: { seq: number }) => seq) : [];
  });
}
