import { join } from "node:path";
import { stackKinds, startStack } from "../../test/stack/stack.ts";
import { type Load, openSockets } from "../load.ts";
import { createInserter, openPlainTable } from "../plain-table.ts";
import { closeSockets, openRoom, SENDERS, sender, sentTimes, UNLIMITED } from "../room.ts";
import { atRate, type Delivery, measurePaced, type Quantiles, quantilesOf } from "./paced-load.ts";
import { printStations } from "./stations.ts";

const READERS = 100;
/** Each server is measured in turn, in as many rounds of as many seconds; at one rate a commit alone as well. */
const PLANS = [
  { perSecond: 10, rounds: 4, seconds: 10, commits: false },
  { perSecond: 100, rounds: 4, seconds: 5, commits: true },
  { perSecond: 400, rounds: 4, seconds: 4, commits: false },
];
const GOALS = { server: 1.5, commit: 2 };

type Plan = (typeof PLANS)[number];

/** Milliseconds from the sending of each message. */
interface Delays {
  readonly first: number[];
  readonly last: number[];
}

/**
 * Measures the time from sending to delivery at low rates, beside a server of twenty lines that commits
 * and publishes, and beside one commit.
 */
export async function latency(): Promise<void> {
  if (!stackKinds().includes("postgres")) {
    console.log("latency: skipped, because it needs PostgreSQL (TEST_DATABASE_URL) and MinIO");
    return;
  }
  await compare();
  await printStations(READERS);
}

async function compare(): Promise<void> {
  await using table = await openPlainTable();
  await using plain = await startPlainServer(table.url);
  await using stack = await startStack("postgres", UNLIMITED);
  const room = await openRoom(stack, { readers: READERS });
  const insert = createInserter(table.db);
  for (const plan of PLANS) {
    const parley: Delays = { first: [], last: [] };
    const server: Delays = { first: [], last: [] };
    const commits: number[] = [];
    // All in every round, so that a busy moment of the machine meets each of them.
    for (let round = 0; round < plan.rounds; round++) {
      add(parley, await measurePaced(room, plan.perSecond, plan.seconds));
      add(server, await measurePaced(plain.load, plan.perSecond, plan.seconds));
      if (plan.commits) commits.push(...(await measureCommits(insert, plan)));
    }
    print(plan.perSecond, parley, server, commits);
  }
  closeSockets(room);
}

function add(delays: Delays, deliveries: readonly Delivery[]): void {
  for (const { sent, first, last } of deliveries) {
    delays.first.push(first - sent);
    delays.last.push(last - sent);
  }
}

/** Starts `commit-and-publish.ts`, and opens as many sockets as Parley has. */
async function startPlainServer(
  url: string,
): Promise<{ load: Omit<Load, "inFlight"> } & AsyncDisposable> {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "commit-and-publish.ts")], {
    env: { ...process.env, DATABASE_URL: url },
    stdout: "pipe",
  });
  const { value } = await child.stdout.getReader().read();
  const address = `ws://127.0.0.1:${new TextDecoder().decode(value).trim()}`;
  const sockets = await openSockets(READERS + SENDERS, () => new WebSocket(address));
  const chat = Bun.randomUUIDv7();
  const load = {
    senders: sockets.slice(READERS).map((socket) => sender(socket, chat)),
    readers: sockets.slice(0, READERS),
    carriesMessages: (frame: string) => frame !== "ack",
    sentTimes,
  };
  return {
    load,
    async [Symbol.asyncDispose]() {
      closeSockets(load);
      child.kill();
      await child.exited;
    },
  };
}

async function measureCommits(
  insert: (rows: number) => Promise<void>,
  { perSecond, seconds }: Plan,
): Promise<number[]> {
  const delays: number[] = [];
  const inserts: Promise<void>[] = [];
  await atRate(perSecond, seconds * 1_000, () => {
    const start = performance.now();
    inserts.push(insert(1).then(() => void delays.push(performance.now() - start)));
  });
  await Promise.all(inserts);
  return delays;
}

function print(
  perSecond: number,
  parley: Delays,
  server: Delays,
  commits: readonly number[],
): void {
  printLine(perSecond, "first reader, commit and publish", server.first);
  printLine(perSecond, "first reader, Parley", parley.first);
  const limit = printLine(perSecond, `last of ${READERS} readers, commit and publish`, server.last);
  const figures = printLine(perSecond, `last of ${READERS} readers, Parley`, parley.last);
  printRatio(perSecond, "commit and publish", figures, limit, GOALS.server);
  if (commits.length === 0) return;
  const commit = printLine(perSecond, "one insert with its commit", commits);
  printRatio(perSecond, "one commit", figures, commit, GOALS.commit);
}

function printLine(perSecond: number, subject: string, delays: readonly number[]): Quantiles {
  const { p50, p99 } = quantilesOf(delays);
  console.log(
    `${perSecond} a second, ${subject}: p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`,
  );
  return { p50, p99 };
}

function printRatio(
  perSecond: number,
  limit: string,
  of: Quantiles,
  { p50, p99 }: Quantiles,
  goal: number,
): void {
  console.log(
    `${perSecond} a second, ratio to ${limit}: p50 ${(of.p50 / p50).toFixed(2)}, ` +
      `p99 ${(of.p99 / p99).toFixed(2)} (goal ${goal})`,
  );
}
