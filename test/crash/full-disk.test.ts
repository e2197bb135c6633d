import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import pg from "pg";
import { isMissing } from "../parts/missing.ts";
import { openSmallDisk, type SmallDisk } from "../parts/small-disk.ts";
import { type Launcher, startLauncher } from "../stack/launcher.ts";
import { Person } from "../stack/person.ts";
import type { Socket } from "../stack/socket.ts";
import { type Stack, startStack } from "../stack/stack.ts";
import { startOwnPostgres } from "../torture/own-postgres.ts";
import { playRound } from "../torture/round.ts";

/** Sizes of the disks in megabytes: a new database, and some space for the test. */
const POSTGRES_MB = 220;
const EMBEDDED_MB = 120;
/** A new database takes 30 MB, and the log of the database 4 MB more with each segment. */
const LAUNCHER_MB = 64;
const MAX_STOP_MS = 5_000;
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

  test("Sends on a full disk are refused and the log says so once; sends on a disk with room go on, and SIGTERM ends a full one", async () => {
    await using parts = new AsyncDisposableStack();
    const disk = parts.use(await requireSmallDisk(LAUNCHER_MB));
    const options = {
      dataDir: join(disk.folder, "data"),
      settings: { RATE_LIMIT_MESSAGES_RPS: "10000" },
    };
    const parley = parts.use(await startLauncher(options));
    await parley.untilPrinted("Parley is ready");
    const ann = await Person.register(parley.url, "ann");
    const { id: chat } = await ann.create({ kind: "group", name: "room" });
    using socket = await ann.connect();
    for (let n = 0; n < 100; n++) await socket.say(chat, `word ${n}`);

    await disk.fill();
    await sendUntilRefused(socket, chat);
    expect(linesOf(parley, FULL_LINE)).toMatchObject([
      { level: "error", folder: join(options.dataDir, "database"), bytesFree: expect.any(Number) },
    ]);
    await disk.free();
    await socket.say(chat, "there is room again");
    await parley.untilPrinted(ROOM_LINE);
    expect(linesOf(parley, ROOM_LINE)).toHaveLength(1);

    await disk.fill();
    await sendUntilRefused(socket, chat);
    const start = performance.now();
    parley.child.kill("SIGTERM");
    expect(await parley.ended()).toBe(0);
    expect(performance.now() - start).toBeLessThan(MAX_STOP_MS);
    expect(linesOf(parley, FULL_LINE)).toHaveLength(2);

    await disk.free();
    const again = parts.use(await startLauncher(options));
    await again.untilPrinted("Parley is ready");
    using reader = await ann.connect("/ws", again.url);
    reader.send({ type: "resume", chats: { [chat]: 0 } });
    const acknowledged = socket.frames.flatMap((frame) => (frame.type === "ack" ? [frame] : []));
    expect(acknowledged.length).toBeGreaterThan(100);
    await reader.untilEvent(
      chat,
      ({ seq }) => seq >= Math.max(...acknowledged.map((ack) => ack.seq)),
    );
    const stored = reader
      .events(chat)
      .flatMap((event) => (event.kind === "message" ? [[event.message.clientId, event.seq]] : []));
    const seqs = new Map(stored as [string, number][]);
    for (const { clientId, seq } of acknowledged) expect(seqs.get(clientId)).toBe(seq);
  }, 180_000);
});

const FULL_LINE = "the disk of the database is full";
const ROOM_LINE = "the disk of the database has room again";

/** The lines of the log with a message. */
function linesOf({ printed }: Launcher, message: string): Record<string, unknown>[] {
  return printed.out
    .split("\n")
    .filter((line) => line.includes(`"msg":"${message}"`))
    .map((line) => JSON.parse(line));
}

/** Sends long messages until one is refused, which must be with `unavailable`. */
async function sendUntilRefused(socket: Socket, chat: string): Promise<void> {
  const from = socket.frames.length;
  const body = "word ".repeat(700);
  for (let n = 0; n < 500; n++)
    socket.send({ type: "send", chat, body, clientId: crypto.randomUUID() });
  const { code } = await socket.until("reject", () => true, from);
  expect(code).toBe("unavailable");
}

async function requireSmallDisk(megabytes: number): Promise<SmallDisk> {
  const disk = await openSmallDisk(megabytes);
  if (isMissing(disk)) throw new Error(disk.missing);
  return disk;
}
