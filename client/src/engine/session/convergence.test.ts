import { afterAll, expect, spyOn, test } from "bun:test";
import type { Message } from "@parley/contracts/messages";
import fc from "fast-check";
import { CHAT, ME, TOMAS } from "../../testing/fixtures.ts";
import type { ModelServer } from "../../testing/model-server.ts";
import {
  createAir,
  startUnsteadyWorld,
  tick,
  type UnsteadyWorld as World,
} from "../../testing/unreliable-network.ts";

// Requests that fail here fail on purpose, and by the hundred.
const warnings = spyOn(console, "warn").mockImplementation(() => {});
afterAll(() => warnings.mockRestore());

const BODIES = ["boats", "@mira look", "oars @mira", "wind"];
const EMOJIS = ["🚣", "👍"];
const of = <T>(all: readonly T[], n: number) => all[n % all.length] as T;

/** All that may happen, by people, by the network and by the reader at one of two devices; each with two numbers to choose by. */
const STEPS: Readonly<Record<string, (world: World, n: number, m: number) => void>> = {
  say: ({ server, publish }, n, m) => {
    publish(server.say(n % 3 === 0 ? ME : TOMAS, of(BODIES, m), crypto.randomUUID()));
  },
  edit: ({ server, publish }, n, m) => publish(server.edit(server.some(n), of(BODIES, m))),
  remove: ({ server, publish }, n) => publish(server.remove(server.some(n))),
  react: ({ server, publish }, n, m) => publish(react(server, n, m)),
  join: ({ server, publish }, n) => publish(server.join(n % 2 ? "joined" : "left")),
  rename: ({ server, publish }, n) => publish(server.rename(`boats ${n}`)),
  invent: ({ server, publish }) => publish(server.invent()),
  readElsewhere: ({ readElsewhere }, n) => readElsewhere(n),
  block: ({ block }, n) => block(n % 2 === 0),

  deliver: ({ deliver }, n) => deliver(n, false),
  deliverTwice: ({ deliver }, n) => deliver(n, true),
  lose: ({ lose }, n) => lose(n),
  hear: ({ hear }) => hear(),
  answer: ({ answer }) => answer(),
  step: ({ step }, n) => step(n),
  fail: ({ fail }, n) => fail(n),
  heads: ({ heads }) => heads(),
  disconnect: ({ disconnect }) => disconnect(),
  welcome: ({ welcome }) => welcome(),

  show: ({ session }) => session.chats.show(CHAT),
  leave: ({ session }) => session.chats.show(null),
  older: ({ session }) => void session.history.loadOlder(CHAT),
  newer: ({ session }) => void session.history.loadNewer(CHAT),
  reach: ({ session, server }, n) => void session.history.loadAround(CHAT, server.some(n)),
  quote: ({ session, server }, n) => session.history.ensureQuoted(CHAT, server.some(n)),
  read: ({ session }) => session.chats.markRead(CHAT),
  write: ({ session }, _, m) =>
    session.messages.write({ chat: CHAT, body: of(BODIES, m), replyTo: null }),
};

const react = (server: ModelServer, n: number, m: number) =>
  server.react(of([ME, TOMAS, CHAT], m), server.some(n), of(EMOJIS, n + m), m % 5 > 1);

const number = fc.nat(40);
const device = fc.nat(1);
const step = fc.tuple(fc.constantFrom(...Object.keys(STEPS)), number, number, device);
const steps = fc.array(step, { minLength: 10, maxLength: 80, size: "max" });

function past(spoken: number, read: number) {
  return (server: ModelServer) => {
    for (let n = 0; n < spoken; n++) {
      server.say(n % 3 === 0 ? ME : TOMAS, of(BODIES, n), crypto.randomUUID());
      if (n % 2 === 0) react(server, n, n + 2);
    }
    server.read(read);
  };
}

type Run = [
  spoken: number,
  read: number,
  breaks: boolean,
  steps: [string, number, number, number][],
];

/**
 * What earlier runs found: mentions that came while the device did not know yet that their author is
 * blocked, and a read mark that was missed while a bootstrap from before it was still on its way.
 */
const FOUND: Run[] = [
  [
    ...([0, 0, false] as const),
    [
      ["say", 1, 33, 0],
      ["block", 0, 0, 0],
      ["say", 0, 0, 0],
      ["welcome", 0, 0, 1],
      ["say", 0, 0, 0],
      ["deliver", 0, 0, 0],
    ],
  ],
  [
    ...([0, 0, false] as const),
    [
      ["say", 0, 0, 0],
      ["say", 4, 33, 0],
      ["lose", 0, 0, 0],
      ["block", 0, 0, 0],
      ["read", 0, 0, 0],
      ["welcome", 0, 0, 0],
    ],
  ],
  [
    ...([0, 0, false] as const),
    [
      ["disconnect", 0, 0, 0],
      ["step", 0, 0, 0],
      ["say", 0, 0, 0],
      ["readElsewhere", 1, 0, 0],
      ["welcome", 0, 0, 0],
    ],
  ],
];

test("whatever happens and however frames and answers come, two devices show what a fresh fetch does in the end", async () => {
  const spoken = fc.nat(12);
  await fc.assert(
    fc.asyncProperty(spoken, number, fc.boolean(), steps, async (spoken, read, breaks, steps) => {
      const air = createAir(past(spoken, read));
      const worlds = [await startUnsteadyWorld(air), await startUnsteadyWorld(air)];
      for (const [name, n, m, device] of steps) {
        STEPS[name]?.(worlds[device] as World, n, m);
        if (n % 4 === 0) await tick();
      }
      // What was read goes out after a while, or with the next welcome: a test does not wait.
      const reads = steps.some(([name]) => name === "read");
      for (const { disconnect } of worlds) if (breaks || reads) disconnect();
      // What one does at last the other hears of.
      for (const world of [...worlds, ...worlds]) await settle(world);
      for (const world of worlds) {
        expectFresh(world);
        world.session.stop();
      }
    }),
    { numRuns: 120, includeErrorInReport: true, examples: FOUND },
  );
}, 120_000);

/** The network is good again, and the whole past is looked at. */
async function settle({ session, isOpen, welcome, heads, calm }: World): Promise<void> {
  if (!isOpen()) welcome();
  await calm();
  heads();
  await calm();
  session.history.leaveDetached(CHAT);
  session.chats.show(CHAT);
  await calm();
  for (let pages = 0; session.state.rooms[CHAT]?.history !== "whole" && pages < 50; pages++) {
    void session.history.loadOlder(CHAT);
    await calm();
  }
}

function expectFresh({ session, server }: World): void {
  const room = session.state.rooms[CHAT];
  const [fresh] = server.bootstrap().chats;
  if (!room || !fresh) throw new Error("the chat is missing");
  const all = server.page({ at: "newest" }, Number.MAX_SAFE_INTEGER).messages;
  expect(plain(room.messages)).toEqual(plain(all));
  const { lastMessage, ...chat } = plainOf(room.chat);
  const { lastMessage: freshLast, ...freshChat } = fresh;
  expect(chat).toEqual(freshChat);
  expect(plain([lastMessage ?? []].flat())).toEqual(plain([freshLast ?? []].flat()));
  expect(room.seq).toBe(server.head());
  expect(room.counts.isExact).toBe(true);
  expect(session.state.outbox).toHaveLength(0);
  for (const quoted of plain(room.quoted)) {
    expect(plain(all)).toContainEqual(quoted);
  }
}

/** Reactions stand in the order in which they were heard of, which says nothing. */
function plain(messages: readonly Message[]): Message[] {
  return messages.map((message) => ({
    ...plainOf(message),
    reactions: plainOf(message.reactions).sort((a, b) => a.emoji.localeCompare(b.emoji)),
  }));
}

/** Without the store's proxies. */
const plainOf = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
