import { expect, test } from "bun:test";
import { createStateLog } from "./state-log.ts";

test("An outage is two lines, with its duration and the number of failed calls", () => {
  const lines: unknown[] = [];
  const log = {
    warn: (fields: object, message: string) => void lines.push(["warn", fields, message]),
    info: (fields: object, message: string) => void lines.push(["info", fields, message]),
  };
  let now = 0;
  const state = createStateLog({ log: log as never, part: "the store" }, () => now);
  state.responded();
  for (; now < 6_000; now++) state.failed(new Error(`refused at ${now}`));
  state.countFailures(854);
  expect(state.isAway()).toBe(true);
  for (let n = 0; n < 3; n++) state.responded();
  expect(state.isAway()).toBe(false);
  expect(lines).toEqual([
    ["warn", { part: "the store", error: "Error: refused at 0" }, "dependency does not respond"],
    ["info", { part: "the store", awayMs: 6_000, failures: 6_854 }, "dependency responds again"],
  ]);
});
