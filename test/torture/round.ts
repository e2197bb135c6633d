import type { ChatEvent } from "@parley/contracts/events";
import { Person } from "../stack/person.ts";
import { Changer } from "./changer.ts";
import { check, type Verdict } from "./checker.ts";
import type { Scene } from "./faults.ts";
import { readHistory } from "./history.ts";
import { Talker } from "./talker.ts";

const TALKERS = 6;
/** Milliseconds between two messages of a person, and between two changes of all. */
const INTERVAL_MS = { say: 10, change: 40 };
/** A talker with this many unacknowledged messages sends no more. */
const MAX_UNACKNOWLEDGED = 400;
const SETTLE_TIMEOUT_MS = 150_000;

/** Lets people send and change messages, injects a fault at a random moment, and checks the result. */
export async function playRound({ stack, inject }: Scene): Promise<Verdict> {
  const people: Person[] = [];
  for (let n = 0; n < TALKERS; n++) people.push(await Person.register(stack.url));
  const [owner, ...others] = people as [Person, ...Person[]];
  const members = others.map(({ id }) => id);
  const { id: chat } = await owner.create({ kind: "group", name: "torture", members });
  const talkers = people.map((person) => new Talker(person, chat));
  const changers = people.map((person) => new Changer(person, chat));
  {
    using _talk = talk(talkers);
    using _changes = change(talkers, changers);
    await Bun.sleep(300 + 700 * Math.random());
    await inject();
    await Bun.sleep(500);
  }
  await untilSettled(talkers, changers, async () => {
    const { lastSeq } = await owner.json<{ lastSeq: number }>("GET", `/chats/${chat}`);
    return lastSeq;
  });
  for (const talker of talkers) talker.stop();
  return check({
    acknowledged: new Map(talkers.flatMap(({ acknowledged }) => [...acknowledged])),
    changes: changers.flatMap(({ acknowledged }) => acknowledged),
    received: new Map(
      talkers.map(({ received, skipped }, n) => [`talker ${n}`, { events: received, skipped }]),
    ),
    stored: await readAll(owner, chat, talkers),
  });
}

/** Lets each talker send messages at a fixed interval until the disposal. */
function talk(talkers: readonly Talker[]): Disposable {
  let count = 0;
  const timer = setInterval(() => {
    for (const talker of talkers)
      if (talker.waiting < MAX_UNACKNOWLEDGED) talker.say(`word ${++count}`);
  }, INTERVAL_MS.say);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** Lets each talker in turn change the next of their own messages, until the disposal. */
function change(talkers: readonly Talker[], changers: readonly Changer[]): Disposable {
  const next = talkers.map(() => 0);
  let turn = 0;
  const timer = setInterval(() => {
    const who = ++turn % talkers.length;
    const seq = talkers[who]?.own[next[who] ?? 0];
    if (seq === undefined || changers[who]?.waiting !== 0) return;
    next[who] = (next[who] ?? 0) + 1;
    void changers[who]?.change(seq);
  }, INTERVAL_MS.change);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** Waits until everything is acknowledged and every talker has received all stored events. */
async function untilSettled(
  talkers: readonly Talker[],
  changers: readonly Changer[],
  lastSeq: () => Promise<number>,
): Promise<void> {
  const deadline = Date.now() + SETTLE_TIMEOUT_MS;
  const isSettled = async () => {
    if ([...talkers, ...changers].some(({ waiting }) => waiting > 0)) return false;
    const stored = await lastSeq();
    return talkers.every(({ last }) => last === stored);
  };
  while (!(await isSettled())) {
    if (Date.now() > deadline) {
      const states = talkers.map(({ waiting, last }) => `${waiting} unacknowledged, at ${last}`);
      throw new Error(`not settled within ${SETTLE_TIMEOUT_MS} ms: ${states.join("; ")}`);
    }
    await Bun.sleep(100);
  }
}

/** Returns all events of the chat: messages from history, other events as the talkers received them. */
async function readAll(person: Person, chat: string, talkers: readonly Talker[]) {
  const bySeq = new Map<number, ChatEvent>();
  for (const event of talkers.flatMap(({ received }) => received))
    if (event.kind !== "message" && !bySeq.has(event.seq)) bySeq.set(event.seq, event);
  const messages = await Array.fromAsync(readHistory(person, chat, 0));
  return [...bySeq.values(), ...messages].toSorted((a, b) => a.seq - b.seq);
}
