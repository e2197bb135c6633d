import { expect, test } from "bun:test";
import type { ChatHead } from "./connection-init-buffer.ts";
import { createHub } from "./hub.ts";
import { createMembershipReload } from "./membership-reload.ts";
import { FakeNetwork } from "./testing/fake-network.ts";

const chatHead = (id: string): ChatHead => ({ id, last_seq: 1, is_request: false });
const request = (id: string): ChatHead => ({ ...chatHead(id), is_request: true });

/** A reload of a user who follows some chats here and is a member of others in the database. */
async function open(followed: ChatHead[], members: ChatHead[]) {
  const network = new FakeNetwork();
  const hub = createHub(network.publish);
  const ann = network.connection("ann");
  await hub.add(
    ann,
    async () => followed,
    () => {},
  );
  const calls: string[] = [];
  const reload = createMembershipReload({
    hub,
    readChats: async (user) => {
      calls.push(`read ${user}`);
      return members;
    },
    members: {
      memberAdded: (user, chat) => void calls.push(`added ${user} to ${chat}`),
      requestMade: (user, chat) => void calls.push(`asked ${user} into ${chat}`),
      requestAccepted: (user, chat) => void calls.push(`${user} accepted ${chat}`),
      memberRemoved: (user, chat) => void calls.push(`removed ${user} from ${chat}`),
    },
  });
  return { calls, reload };
}

test("A reload adds the chats that are new and removes those that ended", async () => {
  const { calls, reload } = await open(
    ["kept", "ended"].map(chatHead),
    ["kept", "new"].map(chatHead),
  );
  await reload("ann");
  expect(calls).toEqual(["read ann", "added ann to new", "removed ann from ended"]);
});

test("A reload adds new requests as such, and accepts those that were accepted at another server", async () => {
  const { calls, reload } = await open(
    [request("open"), request("old")],
    [request("open"), chatHead("old"), request("new")],
  );
  await reload("ann");
  expect(calls).toEqual(["read ann", "ann accepted old", "asked ann into new"]);
});

test("A reload of a user who is not connected here reads nothing", async () => {
  const { calls, reload } = await open([], [chatHead("new")]);
  await reload("bob");
  expect(calls).toEqual([]);
});
