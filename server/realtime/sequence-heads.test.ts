import { expect, test } from "bun:test";
import type { ChatEvent } from "@parley/contracts/events";
import { createHub } from "./hub.ts";
import { sendSequenceHeads } from "./sequence-heads.ts";
import { FakeNetwork } from "./testing/fake-network.ts";

const event = (seq: number) => ({ seq }) as ChatEvent;

async function room() {
  const network = new FakeNetwork();
  const hub = createHub(network.publish);
  const ann = network.connection("ann");
  await hub.add(
    ann,
    async () => [
      { id: "room", last_seq: 3, is_request: false },
      { id: "hall", last_seq: 9, is_request: false },
    ],
    () => {},
  );
  const asked: ReadonlyMap<string, number>[] = [];
  const deps = (stored: Record<string, number>) => ({
    hub,
    replay: { heads: async () => new Map(Object.entries(stored)) },
    async catchUp(behind: ReadonlyMap<string, number>) {
      asked.push(behind);
      for (const [chat, seq] of behind) hub.publishEvents(chat, [event(seq)]);
    },
    fail: () => {},
  });
  return { ann, asked, deps };
}

test("Committed events that were not published here are published before the heads", async () => {
  const { ann, asked, deps } = await room();
  await sendSequenceHeads(deps({ room: 4, hall: 9 }));
  expect(asked).toEqual([new Map([["room", 4]])]);
  expect(ann.frames).toEqual([
    { type: "events", chat: "room", events: [event(4)] },
    { type: "heads", chats: { room: 4 } },
  ]);
});

test("No events are read when all were published, and heads are sent while the database is away", async () => {
  const { ann, asked, deps } = await room();
  await sendSequenceHeads(deps({ room: 3, hall: 9 }));
  expect([asked, ann.frames]).toEqual([[], []]);
  const failures: unknown[] = [];
  const away = {
    ...deps({}),
    replay: { heads: () => Promise.reject(new Error("away")) },
    fail: (error: unknown) => failures.push(error),
  };
  away.hub.publishEvents("room", [event(4)]);
  await sendSequenceHeads(away);
  expect(failures).toHaveLength(1);
  expect(ann.frames.at(-1)).toEqual({ type: "heads", chats: { room: 4 } });
});

test("A server without followed chats queries nothing", async () => {
  const { deps } = await room();
  const failures: unknown[] = [];
  await sendSequenceHeads({
    ...deps({}),
    hub: createHub(() => {}),
    replay: { heads: () => Promise.reject(new Error("queried")) },
    fail: (error) => void failures.push(error),
  });
  expect(failures).toEqual([]);
});
