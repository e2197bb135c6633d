import { expect, test } from "bun:test";
import { Refusal } from "@parley/platform/http/problem";
import { createMemoryStore } from "../testing/memory-store.ts";
import { RangeNotSatisfiableError } from "./object-store.ts";
import { refuseWhileAway } from "./refuse-while-away.ts";

const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: unknown) => error,
  );

/** A store that fails on demand, with the lines that are logged. */
function open() {
  const lines: string[] = [];
  const memory = createMemoryStore();
  const state = { isAway: false };
  const log = {
    warn: (_: object, line: string) => lines.push(line),
    info: (line: string) => lines.push(line),
  };
  const store = refuseWhileAway(
    {
      ...memory,
      async get(...args) {
        if (state.isAway) throw new Error("connect ECONNREFUSED");
        return memory.get(...args);
      },
    },
    log as never,
  );
  return { store, state, lines };
}

test("A store that is away refuses each request as unavailable, and is logged once", async () => {
  const { store, state, lines } = open();
  expect(await store.get("avatars/none")).toBeNull();
  state.isAway = true;
  for (let n = 0; n < 3; n++) {
    const error = await failureOf(store.get("avatars/none"));
    expect(error).toBeInstanceOf(Refusal);
    expect(error).toMatchObject({ code: "unavailable", extra: { retryAfter: 5 } });
  }
  state.isAway = false;
  await store.get("avatars/none");
  expect(lines).toEqual(["the object store failed", "the object store works again"]);
});

test("A malformed request and a range beyond the end are errors of the caller", async () => {
  const { store, lines } = open();
  await store.put("avatars/one", new Uint8Array(3), "image/webp");
  expect(String(await failureOf(store.head("../secret")))).toContain("malformed object key");
  const range = failureOf(store.get("avatars/one", { first: 3 }));
  expect(await range).toBeInstanceOf(RangeNotSatisfiableError);
  expect(lines).toEqual([]);
});
