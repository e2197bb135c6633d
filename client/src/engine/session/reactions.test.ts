import { expect, test } from "bun:test";
import type { ServerFrame } from "@parley/contracts/frames";
import { CHAT, ME, message } from "../../testing/fixtures.ts";
import { startSession } from "../../testing/session-harness.ts";

const one = message(1, { reactions: [{ emoji: "🚣", count: 2, mine: false }] });

function reacted(added: boolean): ServerFrame {
  const about = { target: 1, emoji: "🚣", added, by: ME, at: one.createdAt } as const;
  return { type: "events", chat: CHAT, events: [{ seq: 1, kind: "reaction", ...about }] };
}

test("One’s own reaction is shown at once, and confirmed by its event", async () => {
  const { session, asked, tell } = await startSession();
  await session.messages.react(one, "🚣", true);
  expect(asked).toContain("react 1 🚣 true");
  expect(session.messages.reactionsOf(one)).toEqual([{ emoji: "🚣", count: 3, mine: true }]);
  tell(reacted(true));
  expect(session.messages.reactionsOf(one)).toEqual([...one.reactions]);
});

test("A new emoji is added at the end, and removed with its last reaction", async () => {
  const { session } = await startSession();
  await session.messages.react(one, "👍", true);
  expect(session.messages.reactionsOf(one).map(({ emoji }) => emoji)).toEqual(["🚣", "👍"]);
  const mine = message(1, { reactions: [{ emoji: "👍", count: 1, mine: true }] });
  await session.messages.react(mine, "👍", false);
  expect(session.messages.reactionsOf(mine)).toEqual([]);
});

test("A refused reaction is taken back", async () => {
  const { session, server } = await startSession();
  server.isDown = true;
  const refusal = await session.messages.react(one, "🚣", true).then(
    () => null,
    (error) => error,
  );
  expect(refusal).toMatchObject({ code: "network" });
  expect(session.messages.reactionsOf(one)).toEqual([...one.reactions]);
});
