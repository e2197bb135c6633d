import { describe, expect, test } from "bun:test";
import { createLocalLoginFailures } from "./login-failures.ts";
import { describeLoginFailures } from "./testing/login-failures-contract.ts";

describe("login failures in memory", () => {
  describeLoginFailures((now) => createLocalLoginFailures({ now }));

  test("The account with the oldest failure is forgotten when there are too many", () => {
    const failures = createLocalLoginFailures({ maxAccounts: 2 });
    for (const account of ["ann", "bob", "ann", "cyd"]) failures.add(account);
    expect(failures.read("ann")).toMatchObject({ count: 2 });
    expect(failures.read("bob")).toBeNull();
    expect(failures.read("cyd")).toMatchObject({ count: 1 });
  });
});
