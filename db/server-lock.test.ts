import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import pg from "pg";
import { DatabaseFault } from "./database-fault.ts";
import { type ServerLock, takeServerLock } from "./server-lock.ts";

const adminUrl = process.env["TEST_DATABASE_URL"];
const name = `parley_lock_${crypto.randomUUID().replaceAll("-", "")}`;
const options = { waitMs: 0, retakeMs: 200, retryIntervalMs: 20 };

describe.skipIf(adminUrl === undefined)("the lock of a server", () => {
  let admin: pg.Client;
  beforeAll(async () => {
    admin = new pg.Client(adminUrl);
    await admin.connect();
    await admin.query(`create database ${name}`);
  });
  afterAll(async () => {
    await admin.query(`drop database ${name} with (force)`);
    await admin.end();
  });

  function take({ waitMs = 0, stop = new AbortController().signal } = {}) {
    const url = new URL(adminUrl ?? "");
    url.pathname = name;
    const createClient = () => new pg.Client({ connectionString: url.href });
    return takeServerLock({ createClient, stop }, { ...options, waitMs });
  }

  const failureOf = (lock: Promise<ServerLock>) =>
    lock.then(
      () => null,
      (error: unknown) => error,
    );

  /** The sessions that hold an advisory lock on the database. */
  async function holders(): Promise<number[]> {
    const { rows } = await admin.query<{ pid: number }>(
      `select pid from pg_locks join pg_database d on d.oid = database
       where locktype = 'advisory' and granted and datname = $1`,
      [name],
    );
    return rows.map(({ pid }) => pid);
  }

  async function untilHolder(fits: (pids: number[]) => boolean): Promise<number[]> {
    for (;;) {
      const pids = await holders();
      if (fits(pids)) return pids;
      await Bun.sleep(10);
    }
  }

  test("A second server is refused while the first one runs, and not afterwards", async () => {
    {
      await using _first = await take();
      expect(await failureOf(take())).toBeInstanceOf(DatabaseFault);
    }
    expect(await holders()).toEqual([]);
    await using _second = await take();
    expect(await holders()).toHaveLength(1);
  });

  test("A server that starts while another stops waits for the other’s end", async () => {
    const first = await take();
    const second = take({ waitMs: 60_000 });
    await Bun.sleep(100);
    await first[Symbol.asyncDispose]();
    await using _second = await second;
  });

  test("A stop ends the wait for the lock", async () => {
    await using _first = await take();
    const stop = AbortSignal.timeout(50);
    expect(await failureOf(take({ waitMs: 60_000, stop }))).toHaveProperty("name", "TimeoutError");
  });

  test("A lock whose connection is lost is taken again, and refuses a second server as before", async () => {
    await using _first = await take();
    const [pid] = await holders();
    await admin.query("select pg_terminate_backend($1)", [pid]);
    await untilHolder(([now]) => now !== undefined && now !== pid);
    expect(await failureOf(take())).toBeInstanceOf(DatabaseFault);
  });

  test("A server whose lock was taken by another while its connection was lost learns of it", async () => {
    await using first = await take();
    const thief = new pg.Client({ connectionString: adminUrl?.replace(/\/[^/]*$/, `/${name}`) });
    await thief.connect();
    const waiting = thief.query("select pg_advisory_lock($1)", [String(0x7061726c6579)]);
    const [pid] = await holders();
    await admin.query("select pg_terminate_backend($1)", [pid]);
    await waiting;
    expect(await first.lost).toBeInstanceOf(DatabaseFault);
    await thief.end();
  });
});
