import { expect, test } from "bun:test";
import { Refusal } from "@parley/platform/http/problem";
import { createLoginThrottle } from "./login-throttle.ts";

const SECOND = 1_000;

/** A throttle with a clock that stands until it is set. */
function open(maxAccounts?: number) {
  const time = { now: 0 };
  const clock = () => time.now;
  const attempt = createLoginThrottle({ ...(maxAccounts && { maxAccounts }), clock });

  /** How an attempt went, or how many seconds it must wait first. */
  async function outcome(account: string, verify: () => Promise<true | null>) {
    try {
      return (await attempt(account, verify)) ? "in" : "wrong";
    } catch (error) {
      return error instanceof Refusal ? error.extra.retryAfter : "broken";
    }
  }

  const guess = (account = "ann") => outcome(account, async () => null);
  const signIn = (account = "ann") => outcome(account, async () => true);
  async function fail(times: number, account = "ann"): Promise<void> {
    for (let count = 0; count < times; count++) await guess(account);
  }
  return { time, outcome, guess, signIn, fail };
}

test("five failures are free, what comes after waits, right or wrong", async () => {
  const { fail, guess, signIn } = open();
  await fail(4);
  expect(await guess()).toBe("wrong");
  expect(await guess()).toBe(10);
  expect(await signIn()).toBe(10);
});

test("an attempt that had to wait does not make the wait longer", async () => {
  const { time, fail, guess } = open();
  await fail(6);
  time.now = 4 * SECOND;
  expect(await guess()).toBe(6);
});

test("each further failure doubles the wait, up to five minutes", async () => {
  const { time, fail, guess } = open();
  await fail(5);
  const waits: unknown[] = [];
  while (waits.length < 7) {
    const wait = Number(await guess());
    waits.push(wait);
    time.now += wait * SECOND;
    expect(await guess()).toBe("wrong");
  }
  expect(waits).toEqual([10, 20, 40, 80, 160, 300, 300]);
});

test("good attempts are free, however many come at once", async () => {
  const { signIn } = open();
  const outcomes = await Promise.all(Array.from({ length: 10 }, () => signIn()));
  expect(outcomes).toEqual(Array.from({ length: 10 }, () => "in"));
});

test("no more than twenty are under way at once, and one alone after five failures", async () => {
  const { time, outcome, signIn, fail } = open();
  const gate = Promise.withResolvers<null>();
  const guesses = Array.from({ length: 20 }, () => outcome("ann", () => gate.promise));
  expect(await signIn()).toBe(1);
  expect(await signIn("bob")).toBe("in");
  gate.resolve(null);
  expect(await Promise.all(guesses)).toEqual(Array.from({ length: 20 }, () => "wrong"));

  await fail(5, "cyd");
  time.now = 10 * SECOND;
  const late = Promise.withResolvers<null>();
  const alone = outcome("cyd", () => late.promise);
  expect(await signIn("cyd")).toBe(1);
  late.resolve(null);
  expect(await alone).toBe("wrong");
});

test("an attempt that could not be made is no failure, and is not under way any more", async () => {
  const { outcome, fail, signIn } = open();
  const broken = () => Promise.reject(new Error("the database is away"));
  for (let count = 0; count < 25; count++) expect(await outcome("ann", broken)).toBe("broken");
  await fail(4);
  expect(await signIn()).toBe("in");
});

test("a success makes attempts free again", async () => {
  const { time, fail, signIn, guess } = open();
  await fail(5);
  time.now = 10 * SECOND;
  expect(await signIn()).toBe("in");
  expect(await guess()).toBe("wrong");
  expect(await guess()).toBe("wrong");
});

test("one account's failures are no other's", async () => {
  const { fail, signIn } = open();
  await fail(5);
  expect(await signIn("bob")).toBe("in");
});

test("failures are forgotten an hour after the last", async () => {
  const { time, fail, guess } = open();
  await fail(5);
  time.now = 10 * SECOND;
  await fail(1);
  time.now = 3_611 * SECOND;
  expect(await guess()).toBe("wrong");
  expect(await guess()).toBe("wrong");
});

test("no more accounts are kept than allowed, and the one longest at rest goes first", async () => {
  const { fail, guess } = open(2);
  for (const account of ["ann", "bob", "cyd"]) await fail(5, account);
  expect(await guess("bob")).toBe(10);
  expect(await guess("cyd")).toBe(10);
  expect(await guess("ann")).toBe("wrong");
});
