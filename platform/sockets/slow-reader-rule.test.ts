import { describe, expect, test } from "bun:test";
import { type Backlog, judgeBacklogs, type Verdict } from "./slow-reader-rule.ts";

const MIB = 1024 * 1024;
const NOW = 100_000;

function backlog(reader: string, mib: number, more: Partial<Backlog<string>> = {}) {
  return {
    reader,
    user: `user of ${reader}`,
    bytes: mib * MIB,
    aboveSince: mib > 1 ? NOW : undefined,
    isClosing: false,
    ...more,
  };
}

const judge = (...backlogs: Backlog<string>[]): [string, Verdict][] => [
  ...judgeBacklogs(backlogs, NOW),
];

describe("one reader", () => {
  test("A reader that is paused for a moment keeps its socket, also with many megabytes", () => {
    expect(judge(backlog("a", 16, { aboveSince: NOW - 5_000 }))).toEqual([]);
  });

  test("More than 1 MiB that waits longer than 5 s closes the socket", () => {
    expect(judge(backlog("a", 1.1, { aboveSince: NOW - 5_001 }))).toEqual([["a", "close"]]);
  });

  test("More than 16 MiB close the socket at once", () => {
    expect(judge(backlog("a", 16.1))).toEqual([["a", "close"]]);
  });

  test("A socket that is closing is left to its reader", () => {
    expect(judge(backlog("a", 17, { isClosing: true, aboveSince: 0 }))).toEqual([]);
  });
});

describe("readers together", () => {
  test("Above 32 MiB of one user, the sockets with the most are closed until the others fit", () => {
    const mallory = (reader: string, mib: number) => backlog(reader, mib, { user: "mallory" });
    const verdicts = judge(
      mallory("a", 8),
      mallory("b", 12),
      mallory("c", 10),
      mallory("d", 9),
      backlog("neighbour", 14),
    );
    expect(verdicts).toEqual([["b", "close"]]);
  });

  test("Above 256 MiB of all users, the sockets with the most are closed until the others fit", () => {
    const small = Array.from({ length: 100 }, (_, n) => backlog(`small ${n}`, 1));
    const large = Array.from({ length: 20 }, (_, n) => backlog(`large ${n}`, 10));
    const closed = judge(...small, ...large);
    expect(closed).toHaveLength(5);
    expect(closed.every(([reader]) => reader.startsWith("large"))).toBeTrue();
  });

  test("Of readers with as much, the one that has waited longest goes first", () => {
    const many = Array.from({ length: 17 }, (_, n) =>
      backlog(`${n}`, 15.9, { aboveSince: NOW - (n === 7 ? 4_000 : 3_000) }),
    );
    expect(judge(...many)).toEqual([["7", "close"]]);
  });

  test("Sockets that are closing and still hold memory are terminated before another one is closed", () => {
    const closing = { isClosing: true };
    const many = Array.from({ length: 17 }, (_, n) => backlog(`${n}`, 15));
    expect(judge(...many, backlog("closing", 2, closing))).toEqual([["closing", "terminate"]]);
    expect(judge(...many, backlog("closing", 0.5, closing))).toEqual([]);
  });

  test("Ten thousand slow readers leave at most 256 MiB", () => {
    const many = Array.from({ length: 10_000 }, (_, n) => backlog(`${n}`, 1));
    const verdicts = judgeBacklogs(many, NOW);
    expect(many.length - verdicts.size).toBe(256);
  });
});
