import type { Codes, Received, Sent } from "./orders.ts";

export interface StepResult {
  readonly sent: Sent;
  /** What the readers received in the measured time. */
  readonly received: Received;
  /** Messages of the whole step that the reader with the fewest received. */
  readonly fewest: number;
  /** Events of the whole step that came twice, out of order or after a hole. */
  readonly faults: number;
  /** CPU seconds of each process in the measured time. */
  readonly cpu: Readonly<Record<string, number>>;
  readonly measuredMs: number;
}

const GOAL = { share: 0.95, p99: 1_000 };

/**
 * Formats a step.
 * @param sustained messages a second, with which the step is compared.
 */
export function describeStep(name: string, result: StepResult, sustained?: number): string {
  const { sent, received, faults, cpu, measuredMs } = result;
  const times = Object.entries(cpu).map(([process, seconds]) => `${process} ${seconds.toFixed(1)}`);
  return [
    `${name}: offered ${figure(sent.offered)}, acknowledged ${withShare(sent.acknowledged, sent.offered, sustained)}, ` +
      `delivered ${withShare(deliveredRate(result), sent.offered, sustained)} messages/s`,
    `  acknowledged ${delays(sent)}; delivered ${delays(received)} (goal: p99 below ${GOAL.p99} ms)`,
    `  refused ${codes(sent.refused)}; sockets closed: senders ${codes(sent.closes)}, ` +
      `readers ${codes(received.closes)}; events twice, out of order or after a hole ${faults}`,
    `  CPU ${times.join(", ")} s of ${measuredMs / 1_000} s`,
  ].join("\n");
}

/** Messages a second that reached a reader, on average. */
function deliveredRate({ received: { messages }, measuredMs }: StepResult): number {
  const all = messages.reduce((sum, count) => sum + count, 0);
  return (all * 1_000) / measuredMs / messages.length;
}

/** Compares a rate with the sustained one; fewer messages than are offered cannot be acknowledged. */
function withShare(rate: number, offered: number, sustained?: number): string {
  if (sustained === undefined) return figure(rate);
  const goal = GOAL.share * Math.min(1, offered / sustained);
  return `${figure(rate)} (${(rate / sustained).toFixed(2)} of it, goal ${goal.toFixed(2)})`;
}

function delays({ p50, p99 }: Pick<Sent, "p50" | "p99">): string {
  return `p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms`;
}

function codes(counts: Codes): string {
  const parts = Object.entries(counts).map(([code, times]) => `${times} × ${code}`);
  return parts.length === 0 ? "none" : parts.join(", ");
}

function figure(value: number): string {
  return Math.round(value).toLocaleString("en");
}
