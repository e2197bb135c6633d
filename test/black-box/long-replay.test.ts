import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { ServerFrame } from "@parley/contracts/frames";
import { onEachStack } from "../stack/on-each-stack.ts";
import { Person } from "../stack/person.ts";
import { RawSocket } from "../stack/raw-socket.ts";
import { type Stack, startStack } from "../stack/stack.ts";

/** The longest message, of characters with three bytes each. */
const BODY = "漢".repeat(4_000);
const MESSAGES = 990;

onEachStack("a replay of eleven megabytes", (kind) => {
  let stack: Stack;
  let bob: Person;
  let chat: string;
  let last: number;

  beforeAll(async () => {
    stack = await startStack(kind, { LOG_LEVEL: "error" });
    const ann = await Person.register(stack.url, "ann");
    bob = await Person.register(stack.url, "bob");
    chat = (await ann.create({ kind: "group", name: "room", members: [bob.id] })).id;
    using a = await ann.connect();
    for (let n = 0; n < MESSAGES; n += 10)
      await Promise.all(Array.from({ length: 10 }, () => a.say(chat, BODY)));
    last = (await a.say(chat, "the last")).seq;
  });
  afterAll(() => stack[Symbol.asyncDispose]());

  const everything = () => Array.from({ length: last }, (_, n) => n + 1);

  describe.each(["/ws", "/service/ws"])("a replay over %s", (path) => {
    const origin = () => (path === "/ws" ? stack.url : stack.serverUrl);

    test("A long replay arrives whole, closes no socket, and does not delay its reader's other frames", async () => {
      using b = await bob.connect(path, origin());
      b.send({ type: "resume", chats: { [chat]: 0 } });
      b.send({ type: "ping", id: "meanwhile" });
      await b.until("resumed");
      const types = b.frames.map(({ type }) => type);
      expect(types.indexOf("pong")).toBeLessThan(types.indexOf("resumed"));
      expect(b.events(chat).map(({ seq }) => seq)).toEqual(everything());
      expect(b.isOpen).toBe(true);
    });

    test("A long replay waits for a reader that pauses, and continues when the reader does", async () => {
      using slow = await RawSocket.open(`${origin()}${path}`, bob.token);
      using neighbour = await bob.connect(path, origin());
      slow.stopReading();
      slow.send(JSON.stringify({ type: "resume", chats: { [chat]: 0 } }));
      // When another reader has received the replay, the server has sent all it can to the slow one.
      neighbour.send({ type: "resume", chats: { [chat]: 0 } });
      await neighbour.until("resumed");
      const texts = await slow.readUntil('{"type":"resumed"}');
      const frames = texts.map((text): ServerFrame => JSON.parse(text));
      expect(frames.at(-1)).toEqual({ type: "resumed" });
      const seqs = frames.flatMap((frame) =>
        frame.type === "events" ? frame.events.map(({ seq }) => seq) : [],
      );
      expect(seqs).toEqual(everything());
    });
  });
});
