import { describe, expect, test } from "bun:test";
import { createLocalLoginFailures, FORGET_AFTER_MS } from "./login-failures.ts";
import { describeLoginFailures } from "./testing/login-failures-contract.ts";

describe("login failures in memory", () => {
  describeLoginFailures((now) => createLocalLoginFailures({ now }));

  test("The key with the oldest failure is forgotten when there are too many", () => {
    const failures = createLocalLoginFailures({ maxKeys: 2 });
    for (const key of ["ann", "bob", "ann", "cyd"]) failures.add(key);
    expect(failures.read("ann")).toMatchObject({ count: 2 });
    expect(failures.read("bob")).toBeNull();
    expect(failures.read("cyd")).toMatchObject({ count: 1 });
  });

  test("Failures within the window count together, and start again when the window is over", () => {
    let time = 0;
    const window = { failures: 3, ms: 600 };
    const failures = createLocalLoginFailures({ window, now: () => time });
    failures.add("ann");
    time = 599;
    failures.add("ann");
    expect(failures.read("ann")).toMatchObject({ count: 2 });
    time = 600;
    expect(failures.read("ann")).toBeNull();
    failures.add("ann");
    expect(failures.read("ann")).toMatchObject({ count: 1, firstAt: 600 });
  });

  test("The end of the window forgets no failures that have reached its limit", () => {
    let time = 0;
    const window = { failures: 3, ms: 600 };
    const failures = createLocalLoginFailures({ window, now: () => time });
    for (let count = 0; count < 3; count++) failures.add("ann");
    time = FORGET_AFTER_MS - 1;
    expect(failures.read("ann")).toMatchObject({ count: 3 });
    time = FORGET_AFTER_MS;
    expect(failures.read("ann")).toBeNull();
  });
});
