import { expect, test } from "bun:test";
import { Refusal } from "@parley/platform/http/problem";
import { createAttemptCounts } from "./attempt-count.ts";
import { createLocalLoginFailures } from "./login-failures.ts";
import { throttleAttempt } from "./login-throttle.ts";

const SECOND = 1_000;

/** Throttles the attempts on accounts from one address, with a clock that stands still until it is set. */
function open() {
  const time = { now: 0 };
  const countOf = createAttemptCounts(
    { failures: createLocalLoginFailures({ now: () => time.now }), now: () => time.now },
    { free: 5, firstWaitMs: 10_000, maxWaitMs: 300_000, maxConcurrent: 20, clears: true },
  );
  const attempt = (account: string, verify: () => Promise<true | null>) =>
    throttleAttempt([countOf(account)], verify);

  /** @returns the result of an attempt, or the seconds until the next is allowed. */
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

test("Every attempt has to wait after five failures, right or wrong", async () => {
  const { fail, guess, signIn } = open();
  await fail(4);
  expect(await guess()).toBe("wrong");
  expect(await guess()).toBe(10);
  expect(await signIn()).toBe(10);
});

test("A rejected attempt does not extend the wait", async () => {
  const { time, fail, guess } = open();
  await fail(6);
  time.now = 4 * SECOND;
  expect(await guess()).toBe(6);
});

test("Each further failure doubles the wait up to five minutes", async () => {
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

test("Concurrent attempts with the right password are not throttled", async () => {
  const { signIn } = open();
  const outcomes = await Promise.all(Array.from({ length: 10 }, () => signIn()));
  expect(outcomes).toEqual(Array.from({ length: 10 }, () => "in"));
});

test("Twenty attempts may run at once, and only one after five failures", async () => {
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

test("An attempt that throws is neither a failure nor counted as running", async () => {
  const { outcome, fail, signIn } = open();
  const broken = () => Promise.reject(new Error("the database is away"));
  for (let count = 0; count < 25; count++) expect(await outcome("ann", broken)).toBe("broken");
  await fail(4);
  expect(await signIn()).toBe("in");
});

test("A success resets the failures", async () => {
  const { time, fail, signIn, guess } = open();
  await fail(5);
  time.now = 10 * SECOND;
  expect(await signIn()).toBe("in");
  expect(await guess()).toBe("wrong");
  expect(await guess()).toBe("wrong");
});

test("The failures of one account do not throttle another", async () => {
  const { fail, signIn } = open();
  await fail(5);
  expect(await signIn("bob")).toBe("in");
});

test("Failures are forgotten an hour after the newest", async () => {
  const { time, fail, guess } = open();
  await fail(5);
  time.now = 10 * SECOND;
  await fail(1);
  time.now = 3_611 * SECOND;
  expect(await guess()).toBe("wrong");
  expect(await guess()).toBe("wrong");
});

test("An attempt that is subject to two counts waits for the longer of the waits, and adds its result to both", async () => {
  const failures = createLocalLoginFailures({ now: () => 0 });
  const counts = [60_000, 20_000].map((firstWaitMs, index) =>
    createAttemptCounts(
      { failures, now: () => 0 },
      { free: 1, firstWaitMs, maxWaitMs: 300_000, maxConcurrent: 1, clears: index === 0 },
    )(`key ${index}`),
  );
  expect(await throttleAttempt(counts, async () => null)).toBeNull();
  await expect(throttleAttempt(counts, async () => true)).rejects.toMatchObject({
    code: "rate_limited",
    extra: { retryAfter: 60 },
  });
  for (const [index] of counts.entries())
    expect(failures.read(`key ${index}`)).toMatchObject({ count: 1 });
  for (const count of counts) await count.addSuccess();
  expect(failures.read("key 0")).toBeNull();
  expect(failures.read("key 1")).toMatchObject({ count: 1 });
});
