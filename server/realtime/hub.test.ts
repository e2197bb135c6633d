import { expect, test } from "bun:test";
import type { ChatEvent } from "@parley/contracts/events";
import { createHub } from "./hub.ts";
import { FakeNetwork } from "./testing/fake-network.ts";

const nothing = () => {};
const event = (seq: number) => ({ seq }) as ChatEvent;

test("Published events reach the connections that follow the chat and no other", async () => {
  const network = new FakeNetwork();
  const hub = createHub(network.publish);
  const [ann, bob] = [network.connection("ann"), network.connection("bob")];
  await hub.add(ann, async () => [{ id: "room", last_seq: 0, is_request: false }], nothing);
  await hub.add(bob, async () => [], nothing);
  hub.publishEvents("room", [event(1)]);
  hub.join("bob", "room");
  hub.publishEvents("room", [event(2)]);
  hub.leave("ann", "room");
  hub.publishEvents("room", [event(3)]);
  expect(ann.seqs("room")).toEqual([1, 2]);
  expect(bob.seqs("room")).toEqual([2, 3]);
});

test("A connection receives nothing before the welcome, not even of a chat that is joined during the opening", async () => {
  const network = new FakeNetwork();
  const hub = createHub(network.publish);
  const ann = network.connection("ann");
  await hub.add(
    ann,
    async () => {
      hub.join("ann", "room");
      hub.publishEvents("room", [event(1)]);
      return [];
    },
    () => ann.deliver('{"type":"welcome"}'),
  );
  hub.publishEvents("room", [event(2)]);
  expect(ann.frames.map(({ type }) => type)).toEqual(["welcome", "events"]);
});

test("Events published while a connection opens count as published, though their last follower has left", async () => {
  const network = new FakeNetwork();
  const hub = createHub(network.publish);
  const [ann, bob] = [network.connection("ann"), network.connection("bob")];
  await hub.add(bob, async () => [{ id: "room", last_seq: 5, is_request: false }], nothing);
  await hub.add(
    ann,
    async () => {
      hub.publishEvents("room", [event(6)]);
      hub.remove(bob);
      return [{ id: "room", last_seq: 5, is_request: false }];
    },
    nothing,
  );
  expect(hub.head("room")).toBe(6);
});

test("A connection does not follow a chat that its user leaves while it opens", async () => {
  const network = new FakeNetwork();
  const hub = createHub(network.publish);
  const ann = network.connection("ann");
  await hub.add(
    ann,
    async () => {
      hub.leave("ann", "left");
      hub.join("ann", "joined");
      return [{ id: "left", last_seq: 4, is_request: false }];
    },
    nothing,
  );
  expect([...hub.chatsOf(ann)]).toEqual(["joined"]);
});

test("A request is followed, but it is no accepted chat until its user accepts it or its last connection ends", async () => {
  const network = new FakeNetwork();
  const hub = createHub(network.publish);
  const [ann, bob] = [network.connection("ann"), network.connection("bob")];
  const heads = [
    { id: "room", last_seq: 1, is_request: false },
    { id: "asked", last_seq: 1, is_request: true },
  ];
  for (const connection of [ann, bob])
    await hub.add(
      connection,
      async () => (connection === ann ? heads : heads.slice(0, 1)),
      nothing,
    );
  hub.request("bob", "asked");
  expect([...hub.chatsOf(ann)]).toEqual(["room", "asked"]);
  expect([...hub.acceptedChatsOf(ann)]).toEqual(["room"]);
  expect([hub.hasAccepted(ann, "room"), hub.hasAccepted(ann, "asked")]).toEqual([true, false]);
  expect(hub.acceptedConnectionsIn("asked").size).toBe(0);
  hub.accept("ann", "asked");
  expect([...hub.acceptedConnectionsIn("asked")]).toEqual([ann]);
  expect(hub.isRequest("bob", "asked")).toBe(true);
  hub.remove(bob);
  expect(hub.isRequest("bob", "asked")).toBe(false);
});

test("A request that ends while a connection opens is none, whatever was read", async () => {
  const network = new FakeNetwork();
  const hub = createHub(network.publish);
  const ann = network.connection("ann");
  await hub.add(
    ann,
    async () => {
      hub.accept("ann", "accepted");
      hub.leave("ann", "declined");
      return ["accepted", "declined", "open"].map((id) => ({ id, last_seq: 1, is_request: true }));
    },
    nothing,
  );
  expect([...hub.chatsOf(ann)]).toEqual(["accepted", "open"]);
  expect([...hub.acceptedChatsOf(ann)]).toEqual(["accepted"]);
});

test("Heads name the chats that moved since the last heads, to their followers", async () => {
  const network = new FakeNetwork();
  const hub = createHub(network.publish);
  const [ann, bob] = [network.connection("ann"), network.connection("bob")];
  await hub.add(
    ann,
    async () => [
      { id: "busy", last_seq: 6, is_request: false },
      { id: "quiet", last_seq: 1, is_request: false },
    ],
    nothing,
  );
  await hub.add(bob, async () => [], nothing);
  hub.publishEvents("busy", [event(7), event(8)]);
  hub.sendHeads();
  hub.sendHeads();
  expect(ann.frames.filter(({ type }) => type === "heads")).toEqual([
    { type: "heads", chats: { busy: 8 } },
  ]);
  expect(bob.frames).toEqual([]);
});

test("Ending a session closes the connections of that session alone", async () => {
  const network = new FakeNetwork();
  const hub = createHub(network.publish);
  const [desk, phone] = [network.connection("ann", "desk"), network.connection("ann", "phone")];
  for (const connection of [desk, phone]) await hub.add(connection, async () => [], nothing);
  hub.endSession("ann", "desk");
  expect([desk.closed?.code, phone.closed]).toEqual([4401, undefined]);
});

test("The hub remembers nothing of a connection that was removed", async () => {
  const network = new FakeNetwork();
  const hub = createHub(network.publish);
  const ann = network.connection("ann");
  await hub.add(ann, async () => [{ id: "room", last_seq: 3, is_request: false }], nothing);
  hub.remove(ann);
  expect([hub.size(), hub.head("room"), hub.connectionsIn("room").size]).toEqual([0, undefined, 0]);
  hub.toUser("ann", { type: "left", chat: "room" });
  hub.publishEvents("room", [event(4)]);
  expect(ann.frames).toEqual([]);
});

test("The welcome comes before the frames that were sent to the user while the connection opened", async () => {
  const network = new FakeNetwork();
  const hub = createHub(network.publish);
  const ann = network.connection("ann");
  const read = async () => {
    hub.toUser("ann", { type: "unblock", user: "bob" });
    return [{ id: "room", last_seq: 0, is_request: false }];
  };
  await hub.add(ann, read, () => ann.deliver('{"type":"resumed"}'));
  hub.publishEvents("room", [event(1)]);
  expect(ann.frames.map(({ type }) => type)).toEqual(["resumed", "unblock", "events"]);
});

test("Events published while the first follower opens count as published, though no connection received them", async () => {
  const network = new FakeNetwork();
  const hub = createHub(network.publish);
  const ann = network.connection("ann");
  const read = async () => {
    const chats = [{ id: "room", last_seq: 3, is_request: false }];
    hub.publishEvents("room", [event(4), event(5)]);
    return chats;
  };
  await hub.add(ann, read, nothing);
  expect(ann.frames).toEqual([]);
  expect(hub.head("room")).toBe(5);
});

test("A frame for the others reaches no connection of the user, and the next frame reaches those that are subscribed", async () => {
  const network = new FakeNetwork();
  const hub = createHub(network.publish);
  const [desk, phone, bob] = [
    network.connection("ann"),
    network.connection("ann"),
    network.connection("bob"),
  ];
  const read = async () => [{ id: "room", last_seq: 0, is_request: false }];
  for (const connection of [desk, phone, bob]) await hub.add(connection, read, nothing);
  // A connection that is being replayed is not subscribed, and must stay so.
  phone.unsubscribe(["chat:room"]);
  hub.toOthers("room", "ann", { type: "typing", chat: "room", user: "ann" });
  hub.publishEvents("room", [event(1)]);
  expect(desk.frames.map(({ type }) => type)).toEqual(["events"]);
  expect(bob.frames.map(({ type }) => type)).toEqual(["typing", "events"]);
  expect(phone.frames).toEqual([]);
});
