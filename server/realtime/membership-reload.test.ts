import { expect, test } from "bun:test";
import { createHub } from "./hub.ts";
import { createMembershipReload } from "./membership-reload.ts";
import { FakeNetwork } from "./testing/fake-network.ts";

/** A reload of a user who follows some chats here and is a member of others in the database. */
async function open(followed: string[], members: string[]) {
  const network = new FakeNetwork();
  const hub = createHub(network.publish);
  const ann = network.connection("ann");
  await hub.add(
    ann,
    async () => followed.map((id) => ({ id, last_seq: 1 })),
    () => {},
  );
  const calls: string[] = [];
  const reload = createMembershipReload({
    hub,
    readChats: async (user) => {
      calls.push(`read ${user}`);
      return members.map((id) => ({ id, last_seq: 1 }));
    },
    members: {
      memberAdded: (user, chat) => void calls.push(`added ${user} to ${chat}`),
      memberRemoved: (user, chat) => void calls.push(`removed ${user} from ${chat}`),
    },
  });
  return { calls, reload };
}

test("A reload adds the chats that are new and removes those that ended", async () => {
  const { calls, reload } = await open(["kept", "ended"], ["kept", "new"]);
  await reload("ann");
  expect(calls).toEqual(["read ann", "added ann to new", "removed ann from ended"]);
});

test("A reload of a user who is not connected here reads nothing", async () => {
  const { calls, reload } = await open([], ["new"]);
  await reload("bob");
  expect(calls).toEqual([]);
});
