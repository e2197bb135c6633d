import { expect, test } from "bun:test";
import type { ChatEvent } from "@parley/contracts/events";
import { createLog } from "@parley/platform/process/log";
import { createPublish, type OnCommitted } from "./publish.ts";
import type { Replay } from "./replay.ts";

const log = createLog("test", "silent");
const nothing = () => {};
const cluster = { isShared: () => false, eventsCommitted() {} };
const event = (seq: number) => ({ seq }) as ChatEvent;
const committed = (chat: string, seq: number) => ({ chat, event: event(seq) });
const away = () => Promise.reject(new Error("the database is away"));
const brokenReplay: Replay = { heads: away, events: away };

/** A replay of chats that have the events 1 to `newest`. */
function replayUpTo(newest: number): Replay {
  return {
    heads: async (chats) => new Map(chats.map((chat) => [chat, newest])),
    events: async (ranges) =>
      new Map(
        [...Map.groupBy(ranges, ({ chat }) => chat)].map(([chat, group]) => [
          chat,
          group.flatMap(({ after, upTo }) =>
            Array.from({ length: upTo - after }, (_, n) => event(after + 1 + n)),
          ),
        ]),
      ),
  };
}

const named = (onCommitted: OnCommitted = nothing, name = "listener") => ({ name, onCommitted });

/** A listener that records the events that it gets. */
function recorder() {
  const published: [chat: string, seqs: number[]][] = [];
  const listener: OnCommitted = (chat, events) =>
    void published.push([chat, events.map(({ seq }) => seq)]);
  return { published, listener };
}

test("A chat whose events cannot be read delays no other chat", async () => {
  const { published, listener } = recorder();
  const publish = createPublish({
    log,
    cluster,
    head: () => 3,
    replay: brokenReplay,
    publish: listener,
    committedListeners: [],
  });
  await publish.catchUpAll(new Map([["away", 4]]));
  await publish.publishAll([committed("behind", 7), committed("room", 4), committed("room", 5)]);
  expect(published).toEqual([["room", [4, 5]]]);
});

test("A server that is alone publishes an event before it calls each listener", async () => {
  const order: string[] = [];
  const [hub, indexer, push] = ["hub", "indexer", "push"].map(
    (name) => () => void order.push(name),
  );
  const publish = createPublish({
    log,
    cluster,
    head: () => 3,
    replay: brokenReplay,
    publish: hub ?? nothing,
    committedListeners: [named(indexer), named(push)],
  });
  await publish.publishAll([committed("room", 4)]);
  expect(order).toEqual(["hub", "indexer", "push"]);
});

test("A listener that throws stops no other listener", async () => {
  const { published, listener } = recorder();
  const broken = () => {
    throw new Error("broken");
  };
  const publish = createPublish({
    log,
    cluster,
    head: () => 3,
    replay: brokenReplay,
    publish: broken,
    committedListeners: [named(broken), named(listener)],
  });
  await publish.publishAll([committed("room", 4)]);
  expect(published).toEqual([["room", [4]]]);
});

test("A failure is logged with the name of the hub or of the listener", async () => {
  const lines: unknown[] = [];
  const broken = () => {
    throw new Error("broken");
  };
  const publish = createPublish({
    log: { error: (line: unknown) => void lines.push(line) },
    cluster,
    head: () => 3,
    replay: brokenReplay,
    publish: broken,
    committedListeners: [named(broken, "indexer")],
  });
  await publish.publishAll([committed("room", 4)]);
  expect(lines).toMatchObject([{ listener: "hub" }, { listener: "indexer" }]);
});

test("Stored events that are found again are handed to the listeners where several servers are connected", async () => {
  const { published, listener } = recorder();
  const publish = createPublish({
    log,
    head: () => 9,
    replay: replayUpTo(9),
    publish: nothing,
    committedListeners: [named(listener)],
    cluster: { isShared: () => true, eventsCommitted() {} },
  });
  await publish.publishFound([
    { chat: "room", seq: 4 },
    { chat: "room", seq: 6 },
  ]);
  expect(published).toEqual([
    ["room", [4]],
    ["room", [6]],
  ]);
});

test("Events that were committed but not published are published before those that follow", async () => {
  let head = 2;
  const { published, listener } = recorder();
  const moveHead: OnCommitted = (_, events) => {
    head = events.at(-1)?.seq ?? head;
  };
  const publish = createPublish({
    log,
    cluster,
    head: () => head,
    replay: replayUpTo(5),
    publish: moveHead,
    committedListeners: [named(listener)],
  });
  await publish.publishAll([committed("room", 5)]);
  expect(published).toEqual([["room", [3, 4, 5]]]);
});

test("A head that does not move ends the catch-up", async () => {
  const { published, listener } = recorder();
  const publish = createPublish({
    log,
    cluster,
    head: () => 2,
    replay: replayUpTo(5),
    publish: listener,
    committedListeners: [],
  });
  await publish.catchUpAll(new Map([["room", 5]]));
  expect(published).toEqual([["room", [3, 4, 5]]]);
});

test("Other servers are notified of committed events before they are published, even during the wait for a gap", async () => {
  const order: string[] = [];
  const publish = createPublish({
    log,
    head: () => 3,
    replay: brokenReplay,
    publish: (_, events) => void order.push(`here ${events[0]?.seq}`),
    committedListeners: [],
    cluster: {
      isShared: () => true,
      eventsCommitted: (_, events) => void order.push(`others ${events[0]?.seq}`),
    },
  });
  await publish.publishAll([committed("room", 4), committed("behind", 7)]);
  expect(order).toEqual(["others 4", "here 4", "others 7"]);
});

test("A listener gets each event that its server committed once, and none of another server", async () => {
  let head = 2;
  const [hub, own] = [recorder(), recorder()];
  const publish = createPublish({
    log,
    head: () => head,
    replay: replayUpTo(8),
    publish(chat, events) {
      hub.listener(chat, events);
      head = events.at(-1)?.seq ?? head;
    },
    committedListeners: [named(own.listener)],
    cluster: { isShared: () => true, eventsCommitted() {} },
  });
  const hear = (seq: number) =>
    publish.offer("room", seq, seq, () => {
      hub.listener("room", [event(seq)]);
      head = seq;
    });
  await hear(3);
  await publish.publishAll([committed("room", 5)]);
  await hear(4);
  await publish.publishAll([committed("room", 7)]);
  await publish.catchUpAll(new Map([["room", 8]]));
  await publish.publishAll([committed("room", 9)]);
  expect(hub.published.flatMap(([, seqs]) => seqs)).toEqual([3, 4, 5, 6, 7, 8, 9]);
  expect(own.published).toEqual([
    ["room", [5]],
    ["room", [7]],
    ["room", [9]],
  ]);
});

test("A catch-up publishes nothing that was published while it read", async () => {
  let head = 2;
  const { published, listener } = recorder();
  const reading = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const stored = replayUpTo(6);
  const publishTo: OnCommitted = (chat, events) => {
    listener(chat, events);
    head = events.at(-1)?.seq ?? head;
  };
  const publish = createPublish({
    log,
    head: () => head,
    replay: {
      ...stored,
      async events(ranges) {
        reading.resolve();
        await goOn.promise;
        return stored.events(ranges);
      },
    },
    publish: publishTo,
    committedListeners: [],
    cluster: { isShared: () => true, eventsCommitted() {} },
  });
  const caughtUp = publish.catchUpAll(new Map([["room", 6]]));
  await reading.promise;
  for (const seq of [3, 4])
    await publish.offer("room", seq, seq, () => publishTo("room", [event(seq)]));
  goOn.resolve();
  await caughtUp;
  expect(published.flatMap(([, seqs]) => seqs)).toEqual([3, 4, 5, 6]);
});
