import { beforeAll, expect, test } from "bun:test";
import { createLog } from "@parley/platform/process/log";
import { eventually } from "@parley/platform/testing/eventually";
import { onTestDatabase } from "../testing/database.ts";
import { createUserStore } from "../users/user-store.ts";
import { activeBlocks, type BlockRow, createBlockStore } from "./block-store.ts";
import { type BlockWorkerDeps, endDueBlocks, startBlockWorker } from "./block-worker.ts";

const log = createLog("test", "silent");

onTestDatabase((db) => {
  let [ann, bob]: string[] = [];
  beforeAll(async () => {
    [ann, bob] = await Promise.all(["ann", "bob"].map(user));
  });
  const pair = () => [ann as string, bob as string] as const;

  async function user(username: string): Promise<string> {
    const created = { username, displayName: username, passwordHash: "" };
    return (await createUserStore(db()).create(created)) as string;
  }

  /** Starts a worker like that of a server, which records the blockers it notified. */
  function startWorker(ended: string[], blocks = createBlockStore(db())) {
    return startBlockWorker({
      store: blocks,
      hub: { toUser: (blocker) => void ended.push(blocker) },
      notifyBlockChange: async () => {},
      endedCounter: { inc() {} },
      log,
    });
  }

  test("Each block is ended by one of several servers’ workers", async () => {
    const blocks = createBlockStore(db());
    const people = await Promise.all(Array.from({ length: 12 }, (_, i) => user(`person-${i}`)));
    const end = new Date(Date.now() + 100);
    for (const person of people) await blocks.put(person, pair()[0], end);
    const ended: string[] = [];
    const workers = [startWorker(ended), startWorker(ended), startWorker(ended)];
    await eventually(() => ended.length >= people.length);
    for (const worker of workers) await worker[Symbol.asyncDispose]();
    expect(ended.sort()).toEqual(people.sort());
    expect(await blocks.nextEnd()).toBeNull();
  });

  test("A permanent block is not ended, and a postponed block is ended at its new time", async () => {
    const blocks = createBlockStore(db());
    const [one, other] = pair();
    await blocks.put(one, other, null);
    await blocks.put(other, one, new Date(Date.now() - 1));
    await blocks.put(other, one, new Date(Date.now() + 60_000));
    expect(await blocks.endDue(new Date())).toEqual([]);
    expect(await activeBlocks(db(), one, new Date())).toHaveLength(1);
    expect(await activeBlocks(db(), other, new Date())).toHaveLength(1);
  });

  test("The worker continues after the database failed", async () => {
    const blocks = createBlockStore(db());
    const [one, other] = pair();
    let failures = 1;
    const failing = {
      ...blocks,
      endDue: (now: Date) =>
        failures-- > 0 ? Promise.reject(new Error("the database is away")) : blocks.endDue(now),
    };
    await blocks.put(one, other, new Date(Date.now() + 1));
    const ended: string[] = [];
    await using _worker = startWorker(ended, failing);
    await eventually(() => ended.length > 0);
    expect(ended).toEqual([one]);
  });

  test("A failed notification does not keep other blockers from being notified", async () => {
    const blocks = createBlockStore(db());
    const people = await Promise.all(["eve", "fay", "gus"].map(user));
    const end = new Date(Date.now() - 1);
    for (const person of people) await blocks.put(person, pair()[0], end);
    const [ended, notified]: string[][] = [[], []];
    let counted = 0;
    await using _worker = startBlockWorker({
      store: blocks,
      hub: { toUser: (blocker) => void ended?.push(blocker) },
      async notifyBlockChange(blocker) {
        notified?.push(blocker);
        throw new Error("the database is away");
      },
      endedCounter: { inc: () => void counted++ },
      log,
    });
    await eventually(() => notified?.length === people.length);
    expect(ended?.toSorted()).toEqual(people.toSorted());
    expect(counted).toBe(people.length);
  });

  test("A woken worker queries the database at once", async () => {
    const blocks = createBlockStore(db());
    let queries = 0;
    const counted = {
      ...blocks,
      endDue(now: Date) {
        queries++;
        return blocks.endDue(now);
      },
      nextEnd: async () => null,
    };
    await using worker = startWorker([], counted);
    await eventually(() => queries === 1);
    worker.wake();
    await eventually(() => queries === 2);
  });

  test("A stopped worker ends no blocks", async () => {
    const blocks = createBlockStore(db());
    const [one, other] = pair();
    const ended: string[] = [];
    const worker = startWorker(ended);
    await worker[Symbol.asyncDispose]();
    await blocks.put(one, other, new Date(Date.now() - 1));
    worker.wake();
    expect(await blocks.endDue(new Date())).toHaveLength(1);
    expect(ended).toEqual([]);
  });
});

/** Takes the steps of a worker over blocks in memory; a wait takes no time but moves the clock. */
async function stepOnClock(ends: number[], untilMs: number) {
  const queriedAt: number[] = [];
  const endedAt: number[] = [];
  let nowMs = 0;
  const row: BlockRow = {
    blocker_id: "ann",
    blocked_id: "bob",
    created_at: new Date(0),
    expires_at: null,
  };
  const deps: BlockWorkerDeps = {
    store: {
      async endDue(now) {
        queriedAt.push(now.getTime());
        const due = ends.filter((end) => end <= now.getTime());
        ends.splice(0, ends.length, ...ends.filter((end) => end > now.getTime()));
        return due.map(() => row);
      },
      nextEnd: async () => (ends.length > 0 ? new Date(Math.min(...ends)) : null),
    },
    hub: { toUser: () => void endedAt.push(nowMs) },
    notifyBlockChange: async () => {},
    endedCounter: { inc() {} },
    log,
  };
  while (nowMs <= untilMs) nowMs += await endDueBlocks(deps, () => new Date(nowMs));
  return { queriedAt, endedAt };
}

test("An idle worker queries the database once a minute", async () => {
  const { queriedAt } = await stepOnClock([], 10 * 60_000);
  expect(queriedAt).toEqual(Array.from({ length: 11 }, (_, minute) => minute * 60_000));
});

test("A block that ends between two regular queries is ended on time", async () => {
  const { endedAt } = await stepOnClock([90_500, 90_700, 3_600_000], 3_600_000);
  expect(endedAt).toEqual([90_500, 90_700, 3_600_000]);
});
