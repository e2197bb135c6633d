import type { ChatEvent } from "@parley/contracts/events";
import { Person } from "../stack/person.ts";
import { check, type Verdict } from "./checker.ts";
import type { Scene } from "./faults.ts";
import { readHistory } from "./history.ts";
import { Talker } from "./talker.ts";

const TALKERS = 6;
/** Milliseconds between one message of each and the next. */
const PACE = 10;
/** Whoever has so many messages on their way says no more until some of them have arrived. */
const PATIENCE = 400;
const CALM_WITHIN = 60_000;

/** Lets people talk while a fault is done to the stack in a random moment, and weighs what came of it. */
export async function playRound({ stack, happen }: Scene): Promise<Verdict> {
  const people: Person[] = [];
  for (let n = 0; n < TALKERS; n++) people.push(await Person.register(stack.url));
  const [owner, ...others] = people as [Person, ...Person[]];
  const members = others.map(({ id }) => id);
  const { id: chat } = await owner.create({ kind: "group", name: "torture", members });
  const talkers = people.map((person) => new Talker(person, chat));
  let count = 0;
  const talk = setInterval(() => {
    for (const talker of talkers) if (talker.waiting < PATIENCE) talker.say(`word ${++count}`);
  }, PACE);
  await Bun.sleep(300 + 700 * Math.random());
  await happen();
  await Bun.sleep(500);
  clearInterval(talk);
  await untilCalm(talkers, async () => {
    const { lastSeq } = await owner.json<{ lastSeq: number }>("GET", `/chats/${chat}`);
    return lastSeq;
  });
  for (const talker of talkers) talker.stop();
  return check({
    acknowledged: new Map(talkers.flatMap(({ acknowledged }) => [...acknowledged])),
    heard: new Map(talkers.map(({ heard }, n) => [`talker ${n}`, heard])),
    stored: await readAll(owner, chat, talkers[0]?.heard ?? []),
  });
}

/** Waits until everything is acknowledged, and everybody has heard as much as the server has stored. */
async function untilCalm(
  talkers: readonly Talker[],
  lastSeq: () => Promise<number>,
): Promise<void> {
  const deadline = Date.now() + CALM_WITHIN;
  const isCalm = async () => {
    if (talkers.some(({ waiting }) => waiting > 0)) return false;
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

/** The whole chat: messages as history has them, among what else the first reader heard to have happened. */
async function readAll(person: Person, chat: string, heard: readonly ChatEvent[]) {
  const messages = await Array.fromAsync(readHistory(person, chat, 0));
  const others = heard.filter(({ kind }) => kind !== "message");
  return [...others, ...messages].toSorted((a, b) => a.seq - b.seq);
}
