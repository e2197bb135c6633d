import { afterAll, expect, spyOn, test } from "bun:test";
import type { Message } from "@parley/contracts/messages";
import fc from "fast-check";
import { CHAT, ME, TOMAS } from "../../testing/fixtures.ts";
import type { ModelServer } from "../../testing/model-server.ts";
import {
  connectDevice,
  createNetwork,
  type UnreliableDevice as Device,
  tick,
} from "../../testing/unreliable-network.ts";

// Hundreds of requests fail here on purpose.
const warnings = spyOn(console, "warn").mockImplementation(() => {});
afterAll(() => warnings.mockRestore());

const BODIES = ["boats", "@mira look", "oars @mira", "wind"];
const EMOJIS = ["🚣", "👍"];
const of = <T>(all: readonly T[], n: number) => all[n % all.length] as T;

/** The steps of people, of the network and of the reader at one of two devices, each with two random numbers. */
const STEPS: Readonly<Record<string, (device: Device, n: number, m: number) => void>> = {
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
  see: ({ session, server }, n) => session.chats.markSeen(CHAT, server.some(n)),
  write: ({ session }, _, m) =>
    session.messages.write({ chat: CHAT, body: of(BODIES, m), replyTo: null }),
};

const react = (server: ModelServer, n: number, m: number) =>
  server.react(of([ME, TOMAS, CHAT], m), server.some(n), of(EMOJIS, n + m), m % 5 > 1);

const number = fc.nat(40);
const device = fc.nat(1);
const step = fc.tuple(fc.constantFrom(...Object.keys(STEPS)), number, number, device);
const steps = fc.array(step, { minLength: 10, maxLength: 80, size: "max" });

function conversation(sent: number, read: number) {
  return (server: ModelServer) => {
    for (let n = 0; n < sent; n++) {
      server.say(n % 3 === 0 ? ME : TOMAS, of(BODIES, n), crypto.randomUUID());
      if (n % 2 === 0) react(server, n, n + 2);
    }
    server.read(read);
  };
}

type Run = [sent: number, read: number, breaks: boolean, steps: [string, number, number, number][]];

/**
 * Runs that once failed: mentions that arrive before the device knows that their author is blocked, and
 * a read mark that is missed while an older bootstrap is under way.
 */
const REGRESSIONS: Run[] = [
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

test("Two devices converge to the state of a fresh fetch, however frames and responses arrive", async () => {
  const sent = fc.nat(12);
  await fc.assert(
    fc.asyncProperty(sent, number, fc.boolean(), steps, async (sent, read, breaks, steps) => {
      const network = createNetwork(conversation(sent, read));
      const devices = [await connectDevice(network), await connectDevice(network)];
      for (const [name, n, m, device] of steps) {
        STEPS[name]?.(devices[device] as Device, n, m);
        if (n % 4 === 0) await tick();
      }
      // Read marks are sent after a pause, or with the next welcome, for which the test need not wait.
      const reads = steps.some(([name]) => name === "read" || name === "see");
      for (const { disconnect } of devices) if (breaks || reads) disconnect();
      // Twice, because the last frames of one device change the other.
      for (const device of [...devices, ...devices]) await settle(device);
      for (const device of devices) {
        expectFresh(device);
        device.session.stop();
      }
    }),
    { numRuns: 120, includeErrorInReport: true, examples: REGRESSIONS },
  );
}, 120_000);

/** The network delivers everything, and the whole history is loaded. */
async function settle({ session, isOpen, welcome, heads, calm }: Device): Promise<void> {
  if (!isOpen()) welcome();
  await calm();
  heads();
  await calm();
  session.chats.show(CHAT);
  await calm();
  session.history.leaveDetached(CHAT);
  for (let pages = 0; session.state.rooms[CHAT]?.history !== "whole" && pages < 50; pages++) {
    void session.history.loadOlder(CHAT);
    await calm();
  }
}

function expectFresh({ session, server }: Device): void {
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

/** Sorts the reactions, which are in the order of their arrival. */
function plain(messages: readonly Message[]): Message[] {
  return messages.map((message) => ({
    ...plainOf(message),
    reactions: plainOf(message.reactions).sort((a, b) => a.emoji.localeCompare(b.emoji)),
  }));
}

/** Removes the proxies of the store. */
const plainOf = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
