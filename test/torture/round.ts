import type { ChatEvent } from "@parley/contracts/events";
import { Person } from "../stack/person.ts";
import { Changer } from "./changer.ts";
import { check, type Verdict } from "./checker.ts";
import type { Scene } from "./faults.ts";
import { readHistory } from "./history.ts";
import { Talker } from "./talker.ts";

const TALKERS = 6;
/** Milliseconds between one message of each and the next, and between one change and the next. */
const PACE = { say: 10, change: 40 };
/** Whoever has so many messages on their way says no more until some of them have arrived. */
const PATIENCE = 400;
const CALM_WITHIN = 150_000;

/** Lets people talk, and change what they said, while a fault is done to the stack in a random moment, and weighs what came of it. */
export async function playRound({ stack, happen }: Scene): Promise<Verdict> {
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
    await happen();
    await Bun.sleep(500);
  }
  await untilCalm(talkers, changers, async () => {
    const { lastSeq } = await owner.json<{ lastSeq: number }>("GET", `/chats/${chat}`);
    return lastSeq;
  });
  for (const talker of talkers) talker.stop();
  return check({
    acknowledged: new Map(talkers.flatMap(({ acknowledged }) => [...acknowledged])),
    changes: changers.flatMap(({ acknowledged }) => acknowledged),
    heard: new Map(
      talkers.map(({ heard, spared }, n) => [`talker ${n}`, { events: heard, spared }]),
    ),
    stored: await readAll(owner, chat, talkers),
  });
}

/** Lets everybody say something at their pace, until it is disposed of. */
function talk(talkers: readonly Talker[]): Disposable {
  let count = 0;
  const timer = setInterval(() => {
    for (const talker of talkers) if (talker.waiting < PATIENCE) talker.say(`word ${++count}`);
  }, PACE.say);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** Lets one after the other change a message of theirs that they have not changed yet, until it is disposed of. */
function change(talkers: readonly Talker[], changers: readonly Changer[]): Disposable {
  const next = talkers.map(() => 0);
  let turn = 0;
  const timer = setInterval(() => {
    const who = ++turn % talkers.length;
    const seq = talkers[who]?.own[next[who] ?? 0];
    if (seq === undefined || changers[who]?.waiting !== 0) return;
    next[who] = (next[who] ?? 0) + 1;
    void changers[who]?.change(seq);
  }, PACE.change);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** Waits until everything is acknowledged, and everybody has heard as much as the server has stored. */
async function untilCalm(
  talkers: readonly Talker[],
  changers: readonly Changer[],
  lastSeq: () => Promise<number>,
): Promise<void> {
  const deadline = Date.now() + CALM_WITHIN;
  const isCalm = async () => {
    if ([...talkers, ...changers].some(({ waiting }) => waiting > 0)) return false;
    const stored = await lastSeq();
    return talkers.every(({ last }) => last === stored);
  };
  while (!(await isCalm())) {
    if (Date.now() > deadline) {
      const left = talkers.map(({ waiting, last }) => `${waiting} unacknowledged, at ${last}`);
      throw new Error(`no calm within a minute: ${left.join("; ")}`);
    }
    await Bun.sleep(100);
  }
}

/** The whole chat: messages as history has them, among what else was heard to have happened by whoever heard it first. */
async function readAll(person: Person, chat: string, talkers: readonly Talker[]) {
  const bySeq = new Map<number, ChatEvent>();
  for (const event of talkers.flatMap(({ heard }) => heard))
    if (event.kind !== "message" && !bySeq.has(event.seq)) bySeq.set(event.seq, event);
  const messages = await Array.fromAsync(readHistory(person, chat, 0));
  return [...bySeq.values(), ...messages].toSorted((a, b) => a.seq - b.seq);
}
