import { expect, test } from "bun:test";
import { throttleLines } from "./throttled-lines.ts";

test("A cause writes one line per interval, and the next line counts those that were left out", () => {
  const lines: object[] = [];
  let now = 0;
  const write = throttleLines((fields, message) => lines.push({ ...fields, message }), {
    intervalMs: 60_000,
    now: () => now,
  });
  for (let n = 0; n < 3; n++) write("origin", { n }, "refused");
  write("proxy", {}, "undeclared");
  now = 59_999;
  write("origin", { n: 3 }, "refused");
  now = 60_000;
  write("origin", { n: 4 }, "refused");
  now = 120_000;
  write("origin", { n: 5 }, "refused");
  expect(lines).toEqual([
    { n: 0, message: "refused" },
    { message: "undeclared" },
    { n: 4, suppressed: 3, message: "refused" },
    { n: 5, message: "refused" },
  ]);
});
