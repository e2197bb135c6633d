import type { HostileResult, Memory } from "./hostile.ts";
import type { Talk } from "./room.ts";

/** What an attack brought to light, a line for each figure. */
export function describeHostile(result: HostileResult): string {
  const { quiet, attacked, gateway, server, closes, poured } = result;
  return [
    `alone: ${describeTalk(quiet)}`,
    `attacked: ${describeTalk(attacked)}; ratio of p99 ${(attacked.p99 / quiet.p99).toFixed(1)}`,
    `gateway ${describeMemory(gateway)}; server ${describeMemory(server)}`,
    `the floods sent ${poured.toLocaleString("en")} messages`,
    ...Object.entries(closes).map(([sort, codes]) => `${sort} closed: ${describeCodes(codes)}`),
  ].join("\n");
}

/** Whether every neighbour heard every message, in one piece and over one socket. */
export function isHeard({ said, heard, holes, drops }: Talk): boolean {
  return heard === said && holes === 0 && drops.length === 0;
}

function describeTalk({ said, heard, holes, drops, p50, p99 }: Talk): string {
  const dropped = `${drops.length}${drops.length > 0 ? ` (${drops.join(", ")})` : ""}`;
  return (
    `${said} messages, of which each neighbour heard at least ${heard}, holes ${holes}, ` +
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
