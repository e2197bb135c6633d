import type { Memory } from "../stack/memory-watch.ts";
import type { HostileResult } from "./hostile.ts";
import type { Talk } from "./room.ts";

/** Formats the result of an attack, one line per figure. */
export function describeHostile(result: HostileResult): string {
  const { quiet, attacked, gateway, server, closes, flooded } = result;
  return [
    `alone: ${describeTalk(quiet)}`,
    `attacked: ${describeTalk(attacked)}; ratio of p99 ${(attacked.p99 / quiet.p99).toFixed(1)}`,
    `gateway ${describeMemory(gateway)}; server ${describeMemory(server)}`,
    `the floods sent ${flooded.toLocaleString("en")} messages`,
    ...Object.entries(closes).map(([kind, codes]) => `${kind}: ${describeCodes(codes)}`),
  ].join("\n");
}

/** Whether every neighbour received every message, without holes and on one socket. */
export function isComplete({ sent, received, holes, drops }: Talk): boolean {
  return received === sent && holes === 0 && drops.length === 0;
}

function describeTalk({ sent, received, holes, drops, p50, p99 }: Talk): string {
  const dropped = `${drops.length}${drops.length > 0 ? ` (${drops.join(", ")})` : ""}`;
  return (
    `${sent} messages, of which each neighbour received at least ${received}, holes ${holes}, ` +
    `sockets dropped ${dropped}, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`
  );
}

function describeMemory({ before, most, after }: Memory): string {
  const mib = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MiB`;
  return `${mib(before)} before, ${mib(most)} at most, ${mib(after)} in the end`;
}

function describeCodes(codes: Readonly<Record<string, number>>): string {
  return Object.entries(codes)
    .map(([code, times]) => `${code} × ${times}`)
    .join(", ");
}
