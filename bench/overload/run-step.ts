import { cpuSeconds } from "../cpu-time.ts";
import type { LoadProcess } from "./load-process.ts";
import type { Load, Received, Sent } from "./orders.ts";
import type { StepResult } from "./step-result.ts";

const WARM_UP_MS = 2_000;
const MEASURED_MS = 6_000;
/** A reader that has not everything yet receives something in this time. */
const STILL_MS = 500;

export interface Processes {
  readonly senders: LoadProcess;
  readonly readers: LoadProcess;
  /** The processes whose CPU time is measured, by name. */
  readonly pids: Readonly<Record<string, number>>;
}

/** Runs one load, and waits until everything that it stored is delivered. */
export async function runStep(
  { senders, readers, pids }: Processes,
  load: Load,
): Promise<StepResult> {
  const length = { warmUpMs: WARM_UP_MS, measuredMs: MEASURED_MS };
  const sending = senders.ask<Sent>({ kind: "send", load, ...length });
  await Bun.sleep(WARM_UP_MS);
  const before = await report(readers);
  const cpuBefore = await cpuOf(pids);
  await Bun.sleep(MEASURED_MS);
  const received = await report(readers);
  const cpuAfter = await cpuOf(pids);
  const sent = await sending;
  const parts = [before, received, ...(await untilStill(readers))];
  const cpu = Object.entries(cpuAfter).map(([name, time]) => [name, time - (cpuBefore[name] ?? 0)]);
  return {
    sent,
    received,
    fewest: fewest(parts),
    faults: parts.reduce((sum, part) => sum + part.faults, 0),
    cpu: Object.fromEntries(cpu),
    measuredMs: MEASURED_MS,
  };
}

const report = (readers: LoadProcess) => readers.ask<Received>({ kind: "report" });

async function untilStill(readers: LoadProcess): Promise<Received[]> {
  const parts: Received[] = [];
  for (;;) {
    await Bun.sleep(STILL_MS);
    const part = await report(readers);
    parts.push(part);
    if (part.messages.every((count) => count === 0)) return parts;
  }
}

/** Returns how many messages the reader with the fewest received. */
function fewest([first, ...others]: readonly Received[]): number {
  const totals = [...(first?.messages ?? [])];
  for (const { messages } of others)
    for (const [n, count] of messages.entries()) totals[n] = (totals[n] ?? 0) + count;
  return Math.min(...totals);
}

async function cpuOf(pids: Readonly<Record<string, number>>): Promise<Record<string, number>> {
  const times = Object.entries(pids).map(
    async ([name, pid]) => [name, await cpuSeconds(pid)] as const,
  );
  return Object.fromEntries(await Promise.all(times));
}
