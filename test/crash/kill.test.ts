import { expect, test } from "bun:test";
import { onEachStack } from "../stack/on-each-stack.ts";
import { Person } from "../stack/person.ts";
import { type Stack, startStack } from "../stack/stack.ts";

onEachStack("killed and stopped processes", (kind) => {
  test("A kill -9 of the server loses no acknowledged message and closes no socket at the gateway", async () => {
    await using stack = await startStack(kind);
    const { ann, bob, chat } = await pair(stack);
    using a = await ann.connect();
    using b = await bob.connect();
    const said: string[] = [];
    for (let n = 0; n < 50; n++) {
      const body = `word ${n}`;
      void a.say(chat, body).then(() => said.push(body));
    }
    await a.say(chat, "the last before the end");
    const before = [a.frames.length, b.frames.length] as const;
    await stack.server.end("SIGKILL");
    await stack.startServer();
    // Both, because an event from before a connection's second welcome comes with a resume only.
    await a.until("welcome", () => true, before[0]);
    await b.until("welcome", () => true, before[1]);
    expect([a.isOpen, b.isOpen]).toEqual([true, true]);
    const { messages } = await ann.json<{ messages: { body: string }[] }>(
      "GET",
      `/messages?chat=${chat}&limit=100`,
    );
    const stored = messages.map(({ body }) => body);
    expect(stored).toEqual(expect.arrayContaining([...said, "the last before the end"]));
    const { seq } = await a.say(chat, "and the talk goes on");
    await b.untilEvent(chat, (event) => event.seq === seq);
  });

  test("A restart of the server closes no socket at the gateway", async () => {
    await using stack = await startStack(kind);
    const { ann, chat } = await pair(stack);
    using a = await ann.connect();
    using direct = await ann.connect("/service/ws", stack.serverUrl);
    expect(await stack.server.end("SIGTERM")).toBe(0);
    expect(await direct.closed).toBe(1001);
    const before = a.frames.length;
    await stack.startServer();
    await a.until("welcome", () => true, before);
    expect(a.isOpen).toBe(true);
    await a.say(chat, "still here");
  });

  test("A stop closes sockets with 1001, loses nothing, and exits with 0", async () => {
    await using stack = await startStack(kind);
    const { ann, chat } = await pair(stack);
    using a = await ann.connect();
    await a.say(chat, "before the stop");
    expect(await stack.gateway.end("SIGTERM")).toBe(0);
    expect(await a.closed).toBe(1001);
    expect(await stack.server.end("SIGTERM")).toBe(0);
    await stack.startServer();
    await stack.startGateway();
    using again = await ann.connect();
    again.send({ type: "resume", chats: { [chat]: 0 } });
    await again.untilEvent(
      chat,
      (event) => event.kind === "message" && event.message.body === "before the stop",
    );
  });
});

async function pair(stack: Stack) {
  const ann = await Person.register(stack.url, "ann");
  const bob = await Person.register(stack.url, "bob");
  const { id: chat } = await ann.create({ kind: "group", name: "pair", members: [bob.id] });
  return { ann, bob, chat };
}
