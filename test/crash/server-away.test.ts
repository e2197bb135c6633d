import { expect, test } from "bun:test";
import { onEachStack } from "../stack/on-each-stack.ts";
import { Person } from "../stack/person.ts";
import { startStack } from "../stack/stack.ts";

const MESSAGES = 1_000;
const PINGS = 100;

const metrics = async (url: string) => (await fetch(`${url}/metrics`)).text();

onEachStack("a server that is away", (kind) => {
  test("A thousand frames sent while the server is away arrive in order", async () => {
    await using stack = await startStack(kind);
    const ann = await Person.register(stack.url, "ann");
    const chat = (await ann.create({ kind: "group", name: "room" })).id;
    using socket = await ann.connect();
    await stack.server.end("SIGKILL");
    // Frames sent before the gateway notices the loss of the server are lost with the server.
    while (!(await metrics(stack.url)).includes("gateway_link_up 0\n")) await Bun.sleep(5);
    const clientIds = Array.from({ length: MESSAGES }, () => crypto.randomUUID());
    for (const clientId of clientIds)
      socket.send({ type: "send", chat, clientId, body: "are you there?" });
    for (let id = 0; id < PINGS; id++) socket.send({ type: "ping", id });
    const from = socket.frames.length;
    await stack.startServer();
    await socket.until("welcome", undefined, from);
    const last = clientIds.at(-1);
    await socket.until("ack", ({ clientId }) => clientId === last, from);
    await socket.until("pong", ({ id }) => id === PINGS - 1, from);
    const acks = socket.frames.flatMap((frame) => (frame.type === "ack" ? [frame] : []));
    expect(acks.map(({ clientId }) => clientId)).toEqual(clientIds);
    const seqs = acks.map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.map((_, n) => (seqs[0] ?? 0) + n));
    const refused = socket.frames.filter(({ type }) => type === "error" || type === "reject");
    expect(refused).toEqual([]);
  });
});
