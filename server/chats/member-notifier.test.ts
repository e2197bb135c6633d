import { expect, test } from "bun:test";
import type { Chat } from "@parley/contracts/chats";
import { eventually } from "@parley/platform/testing/eventually";
import type { EventTransaction } from "../events/event-transaction.ts";
import { createHub } from "../realtime/hub.ts";
import { FakeNetwork } from "../realtime/testing/fake-network.ts";
import { framesOf } from "../testing/test-server.ts";
import { createMemberNotifier } from "./member-notifier.ts";

const CHAT = "the-chat";

/** Creates a notifier for one connected user, in transactions that commit at once. */
async function open(show: (viewer: string, chats?: readonly string[]) => Promise<Partial<Chat>[]>) {
  const network = new FakeNetwork();
  const hub = createHub(network.publish);
  const connection = network.connection("ann");
  await hub.add(
    connection,
    async () => [],
    () => {},
  );
  const failures: unknown[] = [];
  const memberNotifier = createMemberNotifier({
    hub,
    chats: { show: show as never },
    presence: { joined() {}, left() {} },
    cluster: { membershipsChanged() {}, chatChanged() {} },
    onError: (error) => void failures.push(error),
  });
  const results: unknown[] = [];
  const transaction = {
    afterCommit: (effect: () => unknown) => void results.push(effect()),
  } as unknown as EventTransaction;
  return { memberNotifier, transaction, connection, results, failures };
}

test("The writer does not wait for queries that show a chat", async () => {
  const never = new Promise<never>(() => {});
  const { memberNotifier, transaction, connection, results } = await open(() => never);
  memberNotifier.memberAdded(transaction, "ann", CHAT);
  memberNotifier.chatChanged(transaction, CHAT);
  expect(results).toEqual([undefined, undefined]);
  expect(connection.topics).toContain(`chat:${CHAT}`);
});

test("A new member is told before the members of chats that changed", async () => {
  const read: string[] = [];
  const { memberNotifier, transaction } = await open(async (_viewer, [chat = ""] = []) => {
    read.push(chat);
    return [{}];
  });
  for (const chat of ["a", "b"]) memberNotifier.memberAdded(transaction, "ann", chat);
  await eventually(() => read.length === 2);
  for (const chat of ["a", "b"]) memberNotifier.chatChanged(transaction, chat);
  memberNotifier.memberAdded(transaction, "ann", "c");
  await eventually(() => read.length === 5);
  await memberNotifier[Symbol.asyncDispose]();
  expect(read).toEqual(["a", "b", "a", "c", "b"]);
});

test("A chat that changes while it is read is sent once more, and the newest state arrives last", async () => {
  const names = ["old", "new"];
  const gate = Promise.withResolvers<void>();
  const { memberNotifier, transaction, connection } = await open(async () => {
    const name = names.shift() ?? "again";
    await gate.promise;
    return [{ id: CHAT, name }];
  });
  memberNotifier.memberAdded(transaction, "ann", CHAT);
  memberNotifier.chatChanged(transaction, CHAT);
  memberNotifier.chatChanged(transaction, CHAT);
  gate.resolve();
  await eventually(() => framesOf(connection, "chat").length === 2);
  await memberNotifier[Symbol.asyncDispose]();
  expect(framesOf(connection, "chat").map(({ chat }) => chat.name)).toEqual(["old", "new"]);
});

test("A user who is removed while a chat is read for them is not sent the chat", async () => {
  const gate = Promise.withResolvers<Partial<Chat>[]>();
  const { memberNotifier, transaction, connection } = await open(() => gate.promise);
  memberNotifier.memberAdded(transaction, "ann", CHAT);
  memberNotifier.memberRemoved(transaction, "ann", CHAT);
  gate.resolve([{ id: CHAT }]);
  await memberNotifier[Symbol.asyncDispose]();
  expect(connection.frames).toEqual([{ type: "left", chat: CHAT }]);
});

test("A failed query is reported, and the next change is sent", async () => {
  let failing = true;
  const { memberNotifier, transaction, connection, failures } = await open(async () => {
    if (failing) throw new Error("the database is away");
    return [{ id: CHAT }];
  });
  memberNotifier.memberAdded(transaction, "ann", CHAT);
  await eventually(() => failures.length === 1);
  failing = false;
  memberNotifier.chatChanged(transaction, CHAT);
  await eventually(() => framesOf(connection, "chat").length === 1);
});
