import { expect, test } from "bun:test";
import { Refusal } from "@parley/platform/http/problem";
import { createLog } from "@parley/platform/process/log";
import { leaveOutOutages } from "./outage-log.ts";

/** A log, and what reaches it and the watch of the database. */
function open() {
  const written: string[] = [];
  const failures: unknown[] = [];
  const inner = createLog("test", "info", { write: (lines) => written.push(lines) });
  const log = leaveOutOutages(inner, { failed: (error) => void failures.push(error) });
  return { log, failures, messages: () => written.join("").match(/(?<="msg":")[^"]+/g) ?? [] };
}

const failure = (code: string) => Object.assign(new Error("inside"), { code });

test("Errors of an outage go to the watch of the database, whatever their code, and are no lines", () => {
  const { log, failures, messages } = open();
  const errors = ["ECONNREFUSED", "57P01", "08006"].map(failure);
  for (const err of errors) {
    log.error({ err, requestId: "1" }, "request failed");
    log.warn({ err }, "transaction failed, retrying");
  }
  log.warn({ err: new Refusal("unavailable") }, "reading an avatar failed");
  expect(failures).toEqual(errors.flatMap((error) => [error, error]));
  expect(messages()).toEqual([]);
});

test("Every other line is written", () => {
  const { log, failures, messages } = open();
  log.error({ err: new TypeError("x is not a function") }, "a defect");
  log.warn({ err: failure("40P01") }, "a conflict of two transactions");
  log.warn({ err: new Refusal("invalid") }, "a refusal");
  log.warn("a line without fields");
  log.error({ part: "x" }, "a line without an error");
  log.info({ err: failure("ECONNREFUSED") }, "news");
  log.warn("flushed");
  expect(failures).toEqual([]);
  expect(messages()).toEqual([
    "a defect",
    "a conflict of two transactions",
    "a refusal",
    "a line without fields",
    "a line without an error",
    "news",
    "flushed",
  ]);
});
