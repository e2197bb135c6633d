import { expect, test } from "bun:test";
import type { Chat } from "@parley/contracts/chats";
import type { EventTransaction } from "../events/event-transaction.ts";
import { createHub } from "../realtime/hub.ts";
import { FakeNetwork } from "../realtime/testing/fake-network.ts";
import { eventually, framesOf } from "../testing/test-server.ts";
import { createMemberNotifier } from "./member-notifier.ts";

const CHAT = "the-chat";

/** Announces to one person, who is connected, what is committed at once. */
async function open(show: (viewer: string) => Promise<Partial<Chat>[]>) {
  const network = new FakeNetwork();
  const hub = createHub(network.publish);
  const session = network.session("ann");
  await hub.add(
    session,
    async () => [],
    () => {},
  );
  const failures: unknown[] = [];
  const memberNotifier = createMemberNotifier({
    hub,
    chats: { show: show as never },
    fail: (error) => void failures.push(error),
  });
  const results: unknown[] = [];
  const scope = {
    afterCommit: (effect: () => unknown) => void results.push(effect()),
  } as unknown as EventTransaction;
  return { memberNotifier, scope, session, results, failures };
}

test("the writer waits for nobody’s view of a chat", async () => {
  const never = new Promise<never>(() => {});
  const { memberNotifier, scope, session, results } = await open(() => never);
  memberNotifier.memberAdded(scope, "ann", CHAT);
  memberNotifier.chatChanged(scope, CHAT);
  expect(results).toEqual([undefined, undefined]);
  expect(session.topics).toContain(`chat:${CHAT}`);
});

test("what changes while a chat is shown has it shown once more, and the newest comes last", async () => {
  const answers = ["old", "new"];
  const gate = Promise.withResolvers<void>();
  const { memberNotifier, scope, session } = await open(async () => {
    const name = answers.shift() ?? "again";
    await gate.promise;
    return [{ id: CHAT, name }];
  });
  memberNotifier.memberAdded(scope, "ann", CHAT);
  memberNotifier.chatChanged(scope, CHAT);
  memberNotifier.chatChanged(scope, CHAT);
  gate.resolve();
  await eventually(() => framesOf(session, "chat").length === 2);
  await memberNotifier[Symbol.asyncDispose]();
  expect(framesOf(session, "chat").map(({ chat }) => chat.name)).toEqual(["old", "new"]);
});

test("who is let go while a chat is read for them is not shown it any more", async () => {
  const gate = Promise.withResolvers<Partial<Chat>[]>();
  const { memberNotifier, scope, session } = await open(() => gate.promise);
  memberNotifier.memberAdded(scope, "ann", CHAT);
  memberNotifier.memberRemoved(scope, "ann", CHAT);
  gate.resolve([{ id: CHAT }]);
  await memberNotifier[Symbol.asyncDispose]();
  expect(session.frames).toEqual([{ type: "left", chat: CHAT }]);
});

test("a view that fails is told of, and the next is shown", async () => {
  let failing = true;
  const { memberNotifier, scope, session, failures } = await open(async () => {
    if (failing) throw new Error("the database is away");
    return [{ id: CHAT }];
  });
  memberNotifier.memberAdded(scope, "ann", CHAT);
  await eventually(() => failures.length === 1);
  failing = false;
  memberNotifier.chatChanged(scope, CHAT);
  await eventually(() => framesOf(session, "chat").length === 1);
});
