import { beforeEach, describe, expect, test } from "bun:test";
import { Refusal } from "@parley/platform/http/problem";
import type { AttemptCount } from "./attempt-count.ts";
import { createLoginCounts, type LoginCounts } from "./login-counts.ts";
import { throttleAttempt } from "./login-throttle.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** More than {@link createLoginCounts} lets pass. */
const MANY = 100;

let time: number;
let counts: LoginCounts;
beforeEach(() => {
  time = 0;
  counts = createLoginCounts(() => time);
});

/** @returns "in", "wrong", or the seconds to wait. */
async function attempt(subject: AttemptCount[], isRight: boolean) {
  try {
    return (await throttleAttempt(subject, async () => isRight || null)) ? "in" : "wrong";
  } catch (error) {
    return error instanceof Refusal ? (error.extra.retryAfter ?? 0) : "broken";
  }
}

const guess = (account: string, address: string) =>
  attempt(counts.ofStranger(account, address), false);
const signIn = (account: string, address: string) =>
  attempt(counts.ofStranger(account, address), true);
const address = (n: number) => `2001:db8:0:${n.toString(16)}::1`;

/** Guesses the password of an account from many addresses, as far as each of them may. */
async function attack(account: string): Promise<void> {
  for (let n = 0; n < MANY; n++) await guess(account, address(n));
}

describe("an address", () => {
  test("Twenty failures with any accounts are free, and then each waits longer than the one before", async () => {
    for (let n = 0; n < 20; n++) expect(await guess(`user${n}`, "192.0.2.1")).toBe("wrong");
    const waits: unknown[] = [];
    while (waits.length < 7) {
      const wait = Number(await guess(`other${waits.length}`, "192.0.2.1"));
      waits.push(wait);
      time += wait * SECOND;
      expect(await guess(`other${waits.length}`, "192.0.2.1")).toBe("wrong");
    }
    expect(waits).toEqual([10, 20, 40, 80, 160, 300, 300]);
    expect(await guess("ann", "192.0.2.2")).toBe("wrong");
  });

  test("Guesses at once are no more than the free failures", async () => {
    const results = await Promise.all(
      Array.from({ length: MANY }, (_, n) => guess(`user${n}`, "192.0.2.1")),
    );
    expect(results.filter((result) => result === "wrong")).toHaveLength(20);
    for (let n = 0; n < 15; n++) await guess(`user${n}`, "192.0.2.2");
    const later = await Promise.all(
      Array.from({ length: MANY }, (_, n) => guess(`other${n}`, "192.0.2.2")),
    );
    expect(later.filter((result) => result === "wrong")).toHaveLength(5);
  });

  test("A success between guesses does not forget the failures", async () => {
    for (let n = 0; n < 20; n++) {
      await guess(`user${n}`, "192.0.2.1");
      if (n < 19) expect(await signIn("mallory", "192.0.2.1")).toBe("in");
    }
    expect(await guess("ann", "192.0.2.1")).toBe(10);
  });

  test("Fewer than twenty failures are forgotten ten minutes after the first", async () => {
    for (let n = 0; n < 60; n++) {
      expect(await guess(`user${n}`, "192.0.2.1")).toBe("wrong");
      time += MINUTE;
    }
  });

  test("The addresses of one IPv6 /64 are one address", async () => {
    for (let n = 0; n < 20; n++) await guess(`user${n}`, `2001:db8::${n.toString(16)}`);
    expect(await guess("ann", "2001:db8::ffff")).toBe(10);
    expect(await guess("ann", "2001:db8:0:1::1")).toBe("wrong");
  });

  test("Names that no account can have are counted too", async () => {
    for (let n = 0; n < 20; n++)
      expect(await attempt(counts.ofStranger(undefined, "192.0.2.1"), false)).toBe("wrong");
    expect(await attempt(counts.ofStranger(undefined, "192.0.2.1"), false)).toBe(10);
  });
});

describe("an account", () => {
  test("Five failures from one address are free, and do not count at another", async () => {
    for (let n = 0; n < 5; n++) expect(await guess("ann", "192.0.2.1")).toBe("wrong");
    expect(await signIn("ann", "192.0.2.1")).toBe(10);
    expect(await signIn("ann", "192.0.2.2")).toBe("in");
  });

  test("An unknown browser is slowed down after guesses from many addresses, at most for 30 s", async () => {
    await attack("ann");
    for (let round = 0; round < 4; round++) {
      time += 30 * SECOND;
      await attack("ann");
    }
    const wait = await signIn("ann", "192.0.2.1");
    expect(wait).toBe(30);
    time += 29 * SECOND;
    expect(await signIn("ann", "192.0.2.1")).toBe(1);
    await attack("ann");
    time += SECOND;
    await attack("ann");
    expect(await signIn("ann", "192.0.2.1")).toBe("in");
  });

  test("An address has one attempt for each wait", async () => {
    await attack("ann");
    const wait = Number(await guess("ann", "192.0.2.1"));
    time += wait * SECOND;
    expect(await guess("ann", "192.0.2.1")).toBe("wrong");
    expect(await guess("ann", "192.0.2.1")).toBeGreaterThan(0);
  });

  test("Attempts at once do not use one wait twice", async () => {
    await attack("ann");
    time += Number(await guess("ann", "192.0.2.1")) * SECOND;
    const results = await Promise.all([1, 2, 3].map(() => guess("ann", "192.0.2.1")));
    expect(results.filter((result) => result === "wrong")).toHaveLength(1);
  });

  test("An attempt that fails for another reason keeps its turn", async () => {
    await attack("ann");
    time += Number(await guess("ann", "192.0.2.1")) * SECOND;
    const broken = () => Promise.reject(new Error("the database is away"));
    await expect(throttleAttempt(counts.ofStranger("ann", "192.0.2.1"), broken)).rejects.toThrow(
      "away",
    );
    expect(await signIn("ann", "192.0.2.1")).toBe("in");
  });
});

describe("a known browser", () => {
  test("Guesses of strangers do not count, not even those from its own address", async () => {
    await attack("ann");
    for (let n = 0; n < MANY; n++) await guess("ann", "192.0.2.1");
    expect(await attempt(counts.ofDevice("desk"), true)).toBe("in");
  });

  test("Its own failures make it wait, and no other browser", async () => {
    for (let n = 0; n < 5; n++) expect(await attempt(counts.ofDevice("desk"), false)).toBe("wrong");
    expect(await attempt(counts.ofDevice("desk"), true)).toBe(10);
    expect(await attempt(counts.ofDevice("phone"), true)).toBe("in");
    expect(await signIn("ann", "192.0.2.1")).toBe("in");
  });
});
