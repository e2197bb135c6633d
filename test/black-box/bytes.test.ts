import { expect, test } from "bun:test";
import { onEachStack } from "../stack/on-each-stack.ts";
import { Person } from "../stack/person.ts";
import type { Socket } from "../stack/socket.ts";
import { startStack } from "../stack/stack.ts";

const READERS = 20;
const MESSAGES = 50;

onEachStack("the gateway's count of bytes", (kind) => {
  test("The gateway's byte counters equal the bytes that its clients sent and received", async () => {
    await using stack = await startStack(kind, { LOG_LEVEL: "error" });
    const ann = await Person.register(stack.url, "ann");
    const bob = await Person.register(stack.url, "bob");
    const { id } = await ann.create({ kind: "group", name: "room", members: [bob.id] });
    await using sockets = new AsyncDisposableStack();
    const readers: Socket[] = [];
    for (let n = 0; n < READERS; n++) readers.push(sockets.use(await bob.connect()));
    const writer = sockets.use(await ann.connect());
    // Bytes of a socket at the server itself do not count.
    const direct = sockets.use(await bob.connect("/service/ws", stack.serverUrl));
    for (let n = 1; n < MESSAGES; n++) await writer.say(id, `слово ${n} 🙂`);
    const last = await writer.say(id, "последнее");
    for (const reader of [...readers, direct])
      await reader.untilEvent(id, ({ seq }) => seq === last.seq);

    const all = [...readers, writer];
    const sum = (direction: "in" | "out") =>
      all.reduce((total, { bytes }) => total + bytes[direction], 0);
    // Presence frames may still arrive: the loop ends when both counts are equal.
    for (;;) {
      const counted = await websocketBytes(stack.url);
      if (counted.in === sum("out") && counted.out === sum("in")) break;
      await Bun.sleep(100);
    }
    expect(sum("out")).toBeGreaterThan(MESSAGES * 30);
    expect(sum("in")).toBeGreaterThan(READERS * sum("out"));
  });
});

async function websocketBytes(url: string): Promise<{ in: number; out: number }> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const count = (direction: string) =>
    Number(
      new RegExp(
        `^gateway_bytes_total{protocol="websocket",direction="${direction}"} (\\d+)$`,
        "m",
      ).exec(text)?.[1],
    );
  return { in: count("in"), out: count("out") };
}
