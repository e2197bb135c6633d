import { expect, test } from "bun:test";
import { readFailures } from "./failures.ts";

const OUTPUT = `
a.test.ts:
noise of a test that passes
(pass) one [0.20ms]
error: expect(received).toBe(expected)
      at a.test.ts:3:5
(fail) a \u001b[2m>\u001b[0m two [12.00ms]

b.test.ts:
(skip) three
(fail) four

2 tests failed:
(fail) a > two
(fail) four

 1 pass
 2 fail
Ran 4 tests across 2 files. [39.00ms]
`;

test("each failure comes with its file and with what was printed since the test before it", () => {
  expect(readFailures(OUTPUT)).toEqual([
    {
      name: "a.test.ts: a > two",
      lines: ["error: expect(received).toBe(expected)", "      at a.test.ts:3:5"],
    },
    { name: "b.test.ts: four", lines: [] },
  ]);
});
