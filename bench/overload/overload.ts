import { Person } from "../../test/stack/person.ts";
import { type Stack, stackKinds, startStack } from "../../test/stack/stack.ts";
import { UNLIMITED } from "../room.ts";
import { countStored } from "./count-stored.ts";
import { type LoadProcess, startLoadProcess } from "./load-process.ts";
import type { Load } from "./orders.ts";
import { runStep } from "./run-step.ts";
import { describeStep, type StepResult } from "./step-result.ts";

const SENDERS = 10;
const READERS = 100;
/** Unanswered messages while the sustained rate is measured. */
const IN_FLIGHT = 1_024;
/** Offered messages as a multiple of the sustained rate. */
const FACTORS = [0.9, 1.1, 1.5, 2];
const SHORT_FACTORS = [1.1, 2];

/**
 * Offers more messages than are sustained: than ten senders with a constant number of messages in flight
 * store and deliver to all readers right before, because the speed of the machine changes.
 */
export async function overload({ short }: { short: boolean }): Promise<void> {
  if (!stackKinds().includes("postgres")) {
    console.log("overload: skipped, because it needs PostgreSQL (TEST_DATABASE_URL) and MinIO");
    return;
  }
  await using stack = await startStack("postgres", UNLIMITED);
  await using senders = startLoadProcess("senders.ts");
  await using readers = startLoadProcess("readers.ts");
  const chat = await open(stack, senders, readers);
  const pids = {
    server: stack.server.pid,
    gateway: stack.gateway.pid,
    senders: senders.pid,
    readers: readers.pid,
  };
  const results: StepResult[] = [];
  async function step(name: string, load: Load, sustained?: number): Promise<number> {
    const result = await runStep({ senders, readers, pids }, load);
    results.push(result);
    console.log(describeStep(name, result, sustained));
    return result.sent.acknowledged;
  }
  for (const factor of short ? SHORT_FACTORS : FACTORS) {
    const load = { kind: "closed", inFlight: IN_FLIGHT } as const;
    const rate = await step(`sustained, ${IN_FLIGHT} in flight`, load);
    const name = `${factor} of the sustained rate`;
    await step(name, { kind: "open", perSecond: factor * rate }, rate);
  }
  await compareWithStored(stack, chat, results);
}

async function open(stack: Stack, senders: LoadProcess, readers: LoadProcess): Promise<string> {
  const people: Person[] = [];
  for (let n = 0; n < READERS; n++) people.push(await Person.register(stack.url));
  const [owner, ...others] = people as [Person, ...Person[]];
  const members = others.map(({ id }) => id);
  const { id: chat } = await owner.create({ kind: "channel", name: "bench", members });
  const url = `${stack.url.replace("http", "ws")}/ws`;
  const tokens = people.map(({ token }) => token);
  await readers.ask({ kind: "open", url, tokens, chat });
  await senders.ask({ kind: "open", url, tokens: tokens.slice(0, SENDERS), chat });
  return chat;
}

async function compareWithStored(stack: Stack, chat: string, results: readonly StepResult[]) {
  const acknowledged = results.flatMap(({ sent }) => sent.ids);
  const delivered = results.reduce((sum, { fewest }) => sum + fewest, 0);
  const stored = await countStored(stack, chat, acknowledged);
  console.log(
    `acknowledged ${acknowledged.length} messages, of which ${stored.acknowledged} are stored; ` +
      `stored ${stored.all}, of which the reader with the fewest received ${delivered}`,
  );
}
