import { expect, test } from "bun:test";
import type { ServerFrame } from "@parley/contracts/frames";
import type { User } from "@parley/contracts/users";
import { eventually } from "@parley/platform/testing/eventually";
import { createProfileNotifier } from "./profile-notifier.ts";

const ANN = { id: "ann", displayName: "Ann", avatar: "data:…" } as User;

/** A notifier whose frames are recorded; Ann, Bob and Dan are online, and Ann blocks Dan. */
function notifierOf(gatherMs: number) {
  const sent: { users: readonly string[]; frame: ServerFrame }[] = [];
  let shown = 0;
  const notifier = createProfileNotifier(
    {
      store: {
        acceptedChats: async () => ["room"],
        blockedAmong: async () => new Set(["dan"]),
      },
      view: {
        async show() {
          shown++;
          return new Map([["ann", ANN]]);
        },
      },
      hub: {
        toUsers: (users, frame) => void sent.push({ users, frame }),
        connectionsOf: () => ({ size: 1 }),
        acceptedConnectionsIn: () => new Set([{ user: "bob" }, { user: "dan" }]),
      },
      fail(error) {
        throw error;
      },
    },
    { gatherMs },
  );
  return { ...notifier, sent, timesShown: () => shown };
}

test("Many changes are read once and sent as one frame to everyone online", async () => {
  const { profileChanged, sent, timesShown } = notifierOf(20);
  for (let n = 0; n < 50; n++) profileChanged("ann", "fields");
  expect(sent).toEqual([]);
  await eventually(() => sent.length > 0);
  const { avatar: _, ...user } = ANN;
  expect(sent).toEqual([{ users: ["ann", "bob"], frame: { type: "profile", user } }]);
  expect(timesShown()).toBe(1);
});

test("The avatar is sent if one of the gathered changes changed it", async () => {
  const { profileChanged, flush, sent } = notifierOf(60_000);
  profileChanged("ann", "fields");
  profileChanged("ann", "avatar");
  await flush();
  expect(sent.map(({ frame }) => frame)).toEqual([{ type: "profile", user: ANN }]);
  await flush();
  expect(sent).toHaveLength(1);
});
