import { expect, test } from "bun:test";
import type { Message } from "@parley/contracts/messages";
import { createLog } from "@parley/platform/process/log";
import { createPublisher } from "./publisher.ts";

test("a chat whose events can't be read just now silences no other", async () => {
  const published: [chat: string, seqs: number[]][] = [];
  const publisher = createPublisher({
    log: createLog("test", "silent"),
    head: () => 3,
    replay: () => Promise.reject(new Error("the database is away")),
    publish: (chat, events) => void published.push([chat, events.map(({ seq }) => seq)]),
  });
  const message = (chat: string, seq: number) => ({ chat, seq }) as Message;
  await publisher.announce([
    { kind: "duplicate", chat: "away", seq: 4, createdAt: new Date() },
    { kind: "stored", message: message("behind", 7) },
    { kind: "stored", message: message("room", 4) },
    { kind: "stored", message: message("room", 5) },
  ]);
  expect(published).toEqual([["room", [4, 5]]]);
});
