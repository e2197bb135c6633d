import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startStack } from "../../test/stack/stack.ts";
import { closeSockets, openRoom, UNLIMITED } from "../room.ts";
import { type Delivery, measurePaced, quantilesOf } from "./paced-load.ts";
import type { Mark } from "./trace.ts";

const PER_SECOND = 10;
const SECONDS = 20;

/** What a message does between two marks of its way, in their order. */
const STATIONS = [
  "socket: sender to gateway",
  "gateway: socket to link",
  "link: gateway to server",
  "server: link to the first statement",
  "database: first statement to the last answer",
  "server: last answer to publish",
  "link: server to gateway",
  "gateway: link to publish",
  "socket: publish to the first reader",
  "socket: first reader to the last",
];

/** Prints how long a lone message stays in each station of its way. */
export async function printStations(readers: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "parley-trace-"));
  try {
    const stack = await startStack("postgres", {
      ...UNLIMITED,
      BUN_OPTIONS: `--preload=${join(import.meta.dir, "trace.ts")}`,
      TRACE_DIR: folder,
    });
    const pids = { gateway: stack.gateway.pid, server: stack.server.pid };
    const room = await openRoom(stack, { readers });
    const deliveries = await measurePaced(room, PER_SECOND, SECONDS);
    closeSockets(room);
    // The marks are written at the exit.
    await stack[Symbol.asyncDispose]();
    const readMarks = (pid: number): Promise<Mark[]> =>
      Bun.file(join(folder, `${pid}.json`)).json();
    print(deliveries, await readMarks(pids.gateway), await readMarks(pids.server));
  } finally {
    await rm(folder, { recursive: true });
  }
}

function print(
  deliveries: readonly Delivery[],
  gateway: readonly Mark[],
  server: readonly Mark[],
): void {
  const ways = deliveries.map((delivery) => wayOf(delivery, gateway, server));
  for (const [index, station] of STATIONS.entries()) {
    const times = ways.map(({ marks }) => (marks[index + 1] ?? 0) - (marks[index] ?? 0));
    const { p50, p99 } = quantilesOf(times);
    console.log(`${station}: p50 ${p50.toFixed(3)} ms, p99 ${p99.toFixed(3)} ms`);
  }
  const { p50 } = quantilesOf(ways.map(({ waits }) => waits));
  console.log(`waits of the server for the database: ${p50}`);
}

/** Finds the marks of a message that was alone on its way. */
function wayOf(delivery: Delivery, gateway: readonly Mark[], server: readonly Mark[]) {
  const sent = performance.timeOrigin + delivery.sent;
  const received = firstAfter(gateway, "received", sent);
  const sentToLink = firstAfter(gateway, "sent to link", received);
  const forwarded = firstAfter(server, "received", sentToLink);
  const asked = firstAfter(server, "asked", forwarded);
  const published = firstAfter(server, "published", asked);
  const answered = lastBefore(server, "answered", published);
  const fannedOut = firstAfter(gateway, "published", published);
  const fromLink = lastBefore(gateway, "received from link", fannedOut);
  const first = performance.timeOrigin + delivery.first;
  const last = performance.timeOrigin + delivery.last;
  return {
    marks: [
      ...[sent, received, sentToLink, forwarded, asked, answered],
      ...[published, fromLink, fannedOut, first, last],
    ],
    waits: countWaits(server, asked, answered),
  };
}

/** Counts how often statements were sent behind an answer. */
function countWaits(marks: readonly Mark[], from: number, to: number): number {
  const places = marks.filter(([, at]) => at >= from && at <= to).map(([place]) => place);
  return places.filter((place, index) => place === "asked" && places[index - 1] !== "asked").length;
}

function firstAfter(marks: readonly Mark[], place: Mark[0], after: number): number {
  return marks.find((mark) => mark[0] === place && mark[1] >= after)?.[1] ?? Number.NaN;
}

function lastBefore(marks: readonly Mark[], place: Mark[0], before: number): number {
  return marks.findLast((mark) => mark[0] === place && mark[1] <= before)?.[1] ?? Number.NaN;
}
