import { beforeEach, expect, test } from "bun:test";
import { FORGET_AFTER_MS, type LoginFailures } from "../login-failures.ts";

const START = Date.parse("2030-01-01T00:00:00.000Z");

/**
 * Describes what every implementation of `LoginFailures` must do.
 * @param open opens one without failures, for the given clock.
 */
export function describeLoginFailures(
  open: (now: () => number) => LoginFailures | Promise<LoginFailures>,
): void {
  let time: number;
  let failures: LoginFailures;
  beforeEach(async () => {
    time = START;
    failures = await open(() => time);
  });

  async function add(count: number, key = "ann"): Promise<void> {
    await Promise.all(Array.from({ length: count }, () => failures.add(key)));
  }

  test("A key without failures has no record", async () => {
    expect(await failures.read("ann")).toBeNull();
  });

  test("Concurrent failures are all counted, with the times of the first and the newest", async () => {
    await add(1);
    time += 1_000;
    await add(10);
    expect(await failures.read("ann")).toEqual({
      count: 11,
      firstAt: START,
      newestAt: START + 1_000,
    });
  });

  test("Clearing a key forgets its failures", async () => {
    await add(3);
    await failures.clear("ann");
    expect(await failures.read("ann")).toBeNull();
    await add(1);
    expect(await failures.read("ann")).toMatchObject({ count: 1 });
  });

  test("Keys are counted separately", async () => {
    await add(2, "ann");
    await add(1, "bob");
    await failures.clear("bob");
    expect(await failures.read("ann")).toMatchObject({ count: 2 });
    expect(await failures.read("bob")).toBeNull();
  });

  test("Failures are forgotten an hour after the newest", async () => {
    await add(2);
    time += FORGET_AFTER_MS - 1;
    await add(1);
    time += FORGET_AFTER_MS - 1;
    expect(await failures.read("ann")).toMatchObject({ count: 3 });
    time += 1;
    expect(await failures.read("ann")).toBeNull();
    await add(1);
    expect(await failures.read("ann")).toEqual({ count: 1, firstAt: time, newestAt: time });
  });
}
