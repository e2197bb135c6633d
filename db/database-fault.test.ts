import { describe, expect, test } from "bun:test";
import pg from "pg";
import { classifyConnectFailure } from "./database-fault.ts";

const adminUrl = process.env["TEST_DATABASE_URL"] ?? "";
const withCode = (code: string, fields = {}) =>
  Object.assign(new Error(`it failed with ${code}`), { code, ...fields });

test.each(["57P03", "57P01", "53300", "08006", "ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN"])(
  "A database that answers %s may be reachable later",
  (code) => {
    expect(classifyConnectFailure(withCode(code))).toMatchObject({ kind: "away" });
  },
);

test("A socket that does not exist yet may exist later, but a certificate that is missing is refused", () => {
  const connect = withCode("ENOENT", { syscall: "connect" });
  expect(classifyConnectFailure(connect)).toMatchObject({ kind: "away" });
  const open = withCode("ENOENT", { syscall: "open" });
  expect(classifyConnectFailure(open)).toMatchObject({ kind: "refused" });
});

test.each(["SELF_SIGNED_CERT_IN_CHAIN", "ERR_TLS_CERT_ALTNAME_INVALID", "CERT_HAS_EXPIRED"])(
  "A certificate that fails with %s is refused",
  (code) => {
    expect(classifyConnectFailure(withCode(code))).toMatchObject({ kind: "refused" });
  },
);

test("A connection that is cut or takes too long is tried again", () => {
  for (const message of [
    "timeout exceeded when trying to connect",
    "Connection terminated unexpectedly",
  ])
    expect(classifyConnectFailure(new Error(message))).toMatchObject({ kind: "away" });
});

test("An error of the program itself is neither waited for nor blamed on a setting", () => {
  expect(classifyConnectFailure(new TypeError("x is not a function"))).toEqual({ kind: "unknown" });
  expect(classifyConnectFailure(withCode("42601"))).toEqual({ kind: "unknown" });
});

describe.skipIf(adminUrl === "")("what PostgreSQL refuses", () => {
  test.each([
    ["a wrong password", { password: "wrong" }, /password.*28P01/],
    ["an unknown user", { username: "nobody" }, /user.*nobody/],
    ["an unknown database", { pathname: "/none" }, /exist.*3D000/],
    ["TLS that is not offered", { search: "sslmode=require" }, /TLS.*SSL/],
    ["a missing file", { search: "sslrootcert=/none.pem" }, /files/],
  ])("The fault names %s, and never the password", async (_, change, fault) => {
    const url = Object.assign(new URL(adminUrl), change);
    const failure = await failureOf(url.href);
    if (failure.kind !== "refused") throw new Error(`it was ${failure.kind}`);
    expect(failure.fault).toMatch(/^DATABASE_URL must [^\n]+$/);
    expect(failure.fault).toMatch(fault);
    expect(failure.fault).not.toContain(url.password);
  });
});

async function failureOf(connectionString: string) {
  try {
    const client = new pg.Client({ connectionString });
    await client.connect();
    await client.end();
  } catch (error) {
    return classifyConnectFailure(error);
  }
  throw new Error("it connected");
}
