import { expect, test } from "bun:test";
import { createBusSubscriptions } from "./bus-subscriptions.ts";

/** Subscriptions of a server whose chats have heads here and in the database. */
function open(heads: Record<string, number>, stored: Record<string, number>, isShared = true) {
  const calls: string[] = [];
  const subscriptions = createBusSubscriptions({
    bus: {
      isShared,
      subscribe: async (topics) => void calls.push(`subscribe ${topics.join(" ")}`),
      unsubscribe: (topics) => void calls.push(`unsubscribe ${topics.join(" ")}`),
    },
    hub: {
      head: (chat) => heads[chat],
      startAt: (chat, head) => void calls.push(`start ${chat} at ${head}`),
    },
    readHeads: async (chats) => {
      calls.push(`read ${chats.join(" ")}`);
      return new Map(Object.entries(stored));
    },
    catchUp: async (behind) => void calls.push(`catch up ${JSON.stringify([...behind])}`),
    fail: (error) => void calls.push(String(error)),
  });
  return { calls, subscriptions };
}

test("The chats and users of one turn are subscribed together, and their heads read with one statement", async () => {
  const { calls, subscriptions } = open({ room: 3 }, { room: 3, hall: 5 });
  subscriptions.userConnected("ann");
  subscriptions.chatFollowed("room");
  subscriptions.chatFollowed("hall");
  await Bun.sleep(1);
  expect(calls).toEqual(["subscribe u:ann c:room c:hall", "read room hall", "start hall at 5"]);
});

test("Events that were written before the subscription are published", async () => {
  const { calls, subscriptions } = open({ room: 3 }, { room: 7 });
  subscriptions.chatFollowed("room");
  await Bun.sleep(1);
  expect(calls.at(-1)).toBe('catch up [["room",7]]');
});

test("A chat that loses its last follower is unsubscribed, or not subscribed at all in the same turn", async () => {
  const { calls, subscriptions } = open({ room: 3 }, { room: 3 });
  subscriptions.chatFollowed("room");
  subscriptions.chatUnfollowed("room");
  await Bun.sleep(1);
  expect(calls).toEqual([]);
  subscriptions.chatFollowed("room");
  await Bun.sleep(1);
  subscriptions.chatUnfollowed("room");
  expect(calls).toEqual(["subscribe c:room", "read room", "unsubscribe c:room"]);
});

test("A lone server reads no heads", async () => {
  const { calls, subscriptions } = open({}, { room: 3 }, false);
  subscriptions.chatFollowed("room");
  await Bun.sleep(1);
  expect(calls).toEqual(["subscribe c:room"]);
});
