import { expect, test } from "bun:test";
import { classifyOrigin, mayBeForged } from "./same-origin.ts";

const OURS = "https://chat.example";
const isOurs = (origin: string) => origin === OURS;

test.each([
  [undefined, undefined, "unknown"],
  [OURS, undefined, "own"],
  [undefined, "same-origin", "own"],
  [OURS, "same-origin", "own"],
  ["https://evil.example", undefined, "foreign"],
  ["null", undefined, "foreign"],
  [undefined, "same-site", "foreign"],
  [undefined, "none", "foreign"],
  [OURS, "cross-site", "foreign"],
  ["https://evil.example", "same-origin", "foreign"],
] as const)("Origin %p with Sec-Fetch-Site %p is classified as %p", (origin, fetchSite, shown) => {
  expect(classifyOrigin({ origin, fetchSite }, isOurs)).toBe(shown);
});

test("An unsafe request must come from the own origin if the cookie authenticates it, and may otherwise be of unknown origin", () => {
  const forged = (method: string, isByCookie: boolean) =>
    (["own", "unknown", "foreign"] as const).filter((one) =>
      mayBeForged(method, () => one, isByCookie),
    );
  expect(forged("POST", true)).toEqual(["unknown", "foreign"]);
  expect(forged("DELETE", false)).toEqual(["foreign"]);
  for (const method of ["GET", "HEAD", "OPTIONS"]) expect(forged(method, true)).toEqual([]);
});
