import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import pg from "pg";
import { isMissing } from "../parts/missing.ts";
import { openSmallDisk, type SmallDisk } from "../parts/small-disk.ts";
import { type Stack, startStack } from "../stack/stack.ts";
import { startOwnPostgres } from "../torture/own-postgres.ts";
import { playRound } from "../torture/round.ts";

/** Sizes of the disks in megabytes: a new database, and some space for the test. */
const POSTGRES_MB = 220;
const EMBEDDED_MB = 120;
const FULL_MS = 3_000;
const ROUNDS = 2;

const probe = await openSmallDisk(1);
const isPossible = !isMissing(probe);
if (isMissing(probe)) console.warn(`The tests of a full disk are skipped: ${probe.missing}`);
else await probe[Symbol.asyncDispose]();

/** Runs a statement on a new connection. @returns the SQLSTATE or system code of the error, or null. */
async function failureOf(statement: string, url: string): Promise<string | null> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1_000 });
  client.on("error", () => {});
  try {
    await client.connect();
    await client.query(statement);
    return null;
  } catch (error) {
    return String((error as { code?: unknown }).code);
  } finally {
    await client.end().catch(() => {});
  }
}

async function playRounds(stack: Stack, inject: () => Promise<void>): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    const scene = { stack, inject, [Symbol.asyncDispose]: async () => {} };
    const { acknowledged, stored, ...faults } = await playRound(scene);
    expect(faults).toEqual({ lost: 0, doubled: 0, reordered: 0, holes: 0 });
    expect(acknowledged).toBeGreaterThan(100);
    expect(stored).toBeGreaterThan(acknowledged);
  }
}

describe.skipIf(!isPossible)("a full disk", () => {
  test("A full disk of PostgreSQL loses, doubles and reorders nothing", async () => {
    await using parts = new AsyncDisposableStack();
    const disk = parts.use(await requireSmallDisk(POSTGRES_MB));
    const postgres = parts.use(await startOwnPostgres(disk.folder));
    const stack = parts.use(await startStack("postgres", { DATABASE_URL: postgres.url }));
    const isBack = async () => (await failureOf("select 1", postgres.url)) === null;
    await playRounds(stack, async () => {
      await disk.fill();
      const store = "create table much as select repeat('x', 99) from generate_series(1, 9999)";
      expect(await failureOf(store, postgres.url)).not.toBeNull();
      await Bun.sleep(FULL_MS);
      await disk.free();
      // PostgreSQL panics when it cannot write the WAL; it restarts itself, or a supervisor starts it.
      for (let tries = 0; tries < 30 && !(await isBack()); tries++) await Bun.sleep(200);
      if (!(await isBack())) await postgres.start();
    });
  }, 180_000);

  test("A full disk of the embedded database loses, doubles and reorders nothing", async () => {
    await using parts = new AsyncDisposableStack();
    const disk = parts.use(await requireSmallDisk(EMBEDDED_MB));
    const stack = parts.use(await startStack("embedded", { DATA_DIR: disk.folder }));
    await playRounds(stack, async () => {
      await disk.fill();
      const spare = Bun.write(join(disk.folder, "spare"), new Uint8Array(8_192));
      expect(await spare.catch(({ code }) => code)).toBe("ENOSPC");
      await Bun.sleep(FULL_MS);
      await disk.free();
    });
  }, 180_000);
});

async function requireSmallDisk(megabytes: number): Promise<SmallDisk> {
  const disk = await openSmallDisk(megabytes);
  if (isMissing(disk)) throw new Error(disk.missing);
  return disk;
}
