import { expect, test } from "bun:test";
import { mayBeForged, shownOrigin } from "./same-origin.ts";

const OURS = "https://chat.example";
const isOurs = (origin: string) => origin === OURS;

test.each([
  [undefined, undefined, "nothing"],
  [OURS, undefined, "own"],
  [undefined, "same-origin", "own"],
  [OURS, "same-origin", "own"],
  ["https://evil.example", undefined, "foreign"],
  ["null", undefined, "foreign"],
  [undefined, "same-site", "foreign"],
  [undefined, "none", "foreign"],
  [OURS, "cross-site", "foreign"],
  ["https://evil.example", "same-origin", "foreign"],
] as const)("Origin %p and Sec-Fetch-Site %p show %p", (origin, fetchSite, shown) => {
  expect(shownOrigin({ origin, fetchSite }, isOurs)).toBe(shown);
});

test("a change has to show our own origin where the cookie signs it in, and may else show nothing", () => {
  const forged = (method: string, isByCookie: boolean) =>
    (["own", "nothing", "foreign"] as const).filter((one) =>
      mayBeForged(method, () => one, isByCookie),
    );
  expect(forged("POST", true)).toEqual(["nothing", "foreign"]);
  expect(forged("DELETE", false)).toEqual(["foreign"]);
  for (const method of ["GET", "HEAD", "OPTIONS"]) expect(forged(method, true)).toEqual([]);
});
