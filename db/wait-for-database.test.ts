import { expect, test } from "bun:test";
import { DatabaseFault } from "./database-fault.ts";
import { DatabaseAwayError, waitForDatabase } from "./wait-for-database.ts";

const refused = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
const wrongPassword = Object.assign(new Error("wrong password"), { code: "28P01" });
const MINUTE_MS = 60_000;

/** Waits for a database that fails with each error in turn, then with the last for ever; null is an answer. */
function open(
  failures: readonly (Error | null)[],
  { stop = new AbortController().signal, waitMs = MINUTE_MS, lineIntervalMs = MINUTE_MS } = {},
) {
  const lines: string[] = [];
  let pings = 0;
  const ping = async () => {
    const failure = failures[Math.min(pings++, failures.length - 1)];
    if (failure) throw failure;
  };
  const log = { warn: (line: string) => void lines.push(line) };
  return {
    lines,
    pings: () => pings,
    waited: waitForDatabase(ping, { log, stop }, { waitMs, lineIntervalMs, retryIntervalMs: 1 }),
  };
}

test("A database that comes later is waited for, with one line in each interval", async () => {
  const failures = [...Array(20).fill(refused), null];
  const [long, short] = [open(failures), open(failures, { lineIntervalMs: 0 })];
  await Promise.all([long.waited, short.waited]);
  expect(long.lines).toEqual(["waiting for the database: connect ECONNREFUSED"]);
  expect(short.lines).toHaveLength(20);
});

test("A database that stays away ends the wait, and the error says why", async () => {
  const { waited, pings } = open([refused], { waitMs: 200 });
  const error: unknown = await waited.catch((error) => error);
  expect(error).toBeInstanceOf(DatabaseAwayError);
  expect(String(error)).toContain("could not be reached for 0.2 s: connect ECONNREFUSED");
  expect(pings()).toBeGreaterThan(1);
});

test("A wrong password ends the wait at once", async () => {
  const { waited, lines, pings } = open([refused, wrongPassword]);
  const error: unknown = await waited.catch((error) => error);
  expect(error).toBeInstanceOf(DatabaseFault);
  expect([lines.length, pings()]).toEqual([1, 2]);
});

test("A stop ends the wait", async () => {
  const stop = new AbortController();
  const { waited } = open([refused], { stop: stop.signal });
  stop.abort(new Error("stopped"));
  expect(await waited.catch((error) => error)).toEqual(new Error("stopped"));
});
