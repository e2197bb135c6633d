import { beforeAll, expect, test } from "bun:test";
import { createLog } from "@parley/platform/process/log";
import { forEachDatabase } from "../testing/database.ts";
import { eventually } from "../testing/test-server.ts";
import { createUserStore } from "../users/store.ts";
import { startBlockWorker } from "./block-worker.ts";
import { createBlockStore } from "./store.ts";

const log = createLog("test", "silent");

forEachDatabase((db) => {
  let [ann, bob]: string[] = [];
  beforeAll(async () => {
    [ann, bob] = await Promise.all(["ann", "bob"].map(user));
  });
  const pair = () => [ann as string, bob as string] as const;

  async function user(username: string): Promise<string> {
    const created = { username, displayName: username, passwordHash: "" };
    return (await createUserStore(db()).create(created)) as string;
  }

  /** A worker, as each server has one, that writes down what it ended. */
  function startWorker(ended: string[], blocks = createBlockStore(db())) {
    return startBlockWorker({
      blocks,
      hub: { toUser: (blocker) => void ended.push(blocker) },
      notifyBlockChange: async () => {},
      expired: { inc() {} },
      log,
    });
  }

  test("of several servers’ workers, one ends each block", async () => {
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

  test("a block for good stays, and one that was given a later end waits for it", async () => {
    const blocks = createBlockStore(db());
    const [one, other] = pair();
    await blocks.put(one, other, null);
    await blocks.put(other, one, new Date(Date.now() - 1));
    await blocks.put(other, one, new Date(Date.now() + 60_000));
    expect(await blocks.endDue(new Date())).toEqual([]);
    expect(await blocks.list(one, new Date())).toHaveLength(1);
    expect(await blocks.list(other, new Date())).toHaveLength(1);
  });

  test("a worker goes on after the database failed", async () => {
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

  test("who can’t be told of one another keep nobody’s end from anyone", async () => {
    const blocks = createBlockStore(db());
    const people = await Promise.all(["eve", "fay", "gus"].map(user));
    const end = new Date(Date.now() - 1);
    for (const person of people) await blocks.put(person, pair()[0], end);
    const [ended, related]: string[][] = [[], []];
    let counted = 0;
    await using _worker = startBlockWorker({
      blocks,
      hub: { toUser: (blocker) => void ended?.push(blocker) },
      async notifyBlockChange(blocker) {
        related?.push(blocker);
        throw new Error("the database is away");
      },
      expired: { inc: () => void counted++ },
      log,
    });
    await eventually(() => related?.length === people.length);
    expect(ended?.toSorted()).toEqual(people.toSorted());
    expect(counted).toBe(people.length);
  });

  test("a stopped worker ends nothing more", async () => {
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
