import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, statSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { DatabaseFault } from "../database-fault.ts";
import { type OpenedDatabase, openPostgres } from "../open.ts";
import { readLockFile } from "./lock-file.ts";
import { type EmbeddedDatabase, startEmbedded } from "./start-embedded.ts";

setDefaultTimeout(120_000);

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((path) => rm(path, { recursive: true, force: true }))));

async function newFolder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "parley-engine-"));
  folders.push(path);
  return path;
}

type Line = readonly [level: string, message: string];

function createTestLog() {
  const lines: Line[] = [];
  return {
    lines,
    info: (_: object, message: string) => void lines.push(["info", message]),
    error: (_: object, message: string) => void lines.push(["error", message]),
  };
}

/** Starts the database of a folder, and opens a pool of connections to it. */
async function start(dataDir: string, log = createTestLog()) {
  await using stack = new AsyncDisposableStack();
  const database: EmbeddedDatabase = stack.use(await startEmbedded(dataDir, log));
  const { db }: OpenedDatabase = stack.use(openPostgres(database.url, () => {}));
  const running = stack.move();
  return { db, url: database.url, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

const clusterOf = (dataDir: string) => join(dataDir, "database/postgres");
const pidOf = (dataDir: string) => readLockFile(clusterOf(dataDir))?.pid ?? 0;
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: unknown) => error,
  );

test("Committed rows survive a restart, and the database listens on a private socket alone", async () => {
  const path = await newFolder();
  {
    await using database = await start(path);
    await sql`create table notes (words text)`.execute(database.db);
    await sql`insert into notes values ('kept')`.execute(database.db);
    const { rows } = await sql<{ name: string; setting: string }>`
      select name, setting from pg_settings
      where name in ('listen_addresses', 'fsync', 'unix_socket_directories') order by name
    `.execute(database.db);
    expect(rows.map(({ setting }) => setting)).toEqual(["on", "", `"${path}/database"`]);
    expect(statSync(join(path, "database")).mode & 0o777).toBe(0o700);
  }
  expect(existsSync(join(clusterOf(path), "postmaster.pid"))).toBe(false);
  await using again = await start(path);
  const { rows } = await sql`select words from notes`.execute(again.db);
  expect(rows).toEqual([{ words: "kept" }]);
});

test("A second start on the folder is refused with the setting that helps", async () => {
  const path = await newFolder();
  await using _first = await start(path);
  const refused = await failure(start(path));
  expect(refused).toBeInstanceOf(DatabaseFault);
  expect(String(refused)).toMatch(/is in use by another Parley.*DATA_DIR=/);
});

test("A PostgreSQL that is killed starts again with every committed row, and each change is logged once", async () => {
  const path = await newFolder();
  const log = createTestLog();
  await using database = await start(path, log);
  await sql`create table notes (words text)`.execute(database.db);
  await sql`insert into notes values ('kept')`.execute(database.db);
  process.kill(pidOf(path), "SIGKILL");
  while (log.lines.length < 2) await Bun.sleep(20);
  const { rows } = await sql`select words from notes`.execute(database.db);
  expect(rows).toEqual([{ words: "kept" }]);
  expect(log.lines).toEqual([
    ["error", "PostgreSQL ended, and starts again"],
    ["info", "PostgreSQL accepts connections again"],
  ]);
});

test("A start after the death of everything ignores the lock files, whatever process has the old number", async () => {
  const path = await newFolder();
  {
    await using _database = await start(path);
  }
  const lockFile = join(clusterOf(path), "postmaster.pid");
  const other = Bun.spawn(["sleep", "60"]);
  const socket = join(path, "database/.s.PGSQL.5432");
  const lines = [
    other.pid,
    clusterOf(path),
    1,
    5432,
    join(path, "database"),
    "",
    "1 1",
    "ready   ",
  ];
  await writeFile(lockFile, `${lines.join("\n")}\n`);
  await writeFile(`${socket}.lock`, `${other.pid}\n`);
  await using database = await start(path);
  expect((await sql`select 1 as one`.execute(database.db)).rows).toEqual([{ one: 1 }]);
  expect(other.exitCode).toBeNull();
  other.kill();
});

test("A PostgreSQL that a killed process left behind is ended by the next start", async () => {
  const path = await newFolder();
  const script = `
    import { startEmbedded } from "${join(import.meta.dir, "start-embedded.ts")}";
    globalThis.database = await startEmbedded(${JSON.stringify(path)}, console);
    console.log("started");
    setInterval(() => {}, 1_000);
  `;
  // Without PATH there is no setpriv(1), by which PostgreSQL would end with its parent.
  const owner = Bun.spawn([process.execPath, "-e", script], {
    env: { PATH: await pathWith("unshare", "sh") },
    stdout: "pipe",
  });
  await owner.stdout.getReader().read();
  const left = pidOf(path);
  owner.kill("SIGKILL");
  await owner.exited;
  expect(process.kill(left, 0)).toBe(true);
  await using database = await start(path);
  expect((await sql`select 1 as one`.execute(database.db)).rows).toEqual([{ one: 1 }]);
  expect(pidOf(path)).not.toBe(left);
});

test("A path that is too long for a socket has its socket in a private temporary folder", async () => {
  const path = join(await newFolder(), "long".repeat(20), "long".repeat(20));
  let folder: string;
  {
    await using database = await start(path);
    expect((await sql`select 1 as one`.execute(database.db)).rows).toEqual([{ one: 1 }]);
    folder = new URL(database.url).searchParams.get("host") ?? "";
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  }
  expect(existsSync(folder)).toBe(false);
});

test("A database of another major version is named with what to do, and left as it is", async () => {
  const path = await newFolder();
  await mkdir(clusterOf(path), { recursive: true });
  await writeFile(join(clusterOf(path), "PG_VERSION"), "17\n");
  const refused = await failure(start(path));
  expect(refused).toBeInstanceOf(DatabaseFault);
  expect(String(refused)).toMatch(
    /PostgreSQL 17, and this Parley brings PostgreSQL 18: .*DATABASE_URL/,
  );
  expect(await readFile(join(clusterOf(path), "PG_VERSION"), "utf8")).toBe("17\n");
});

test("A database of PGlite is named with what to do", async () => {
  const path = await newFolder();
  const former = join(path, "database/pglite");
  await mkdir(former, { recursive: true });
  await writeFile(join(former, "PG_VERSION"), "18\n");
  const refused = await failure(start(path));
  expect(refused).toBeInstanceOf(DatabaseFault);
  expect(String(refused)).toContain(`${former} is a PGlite database of an earlier Parley`);
});

/** A folder with links to programs, as a PATH that holds no others. */
async function pathWith(...programs: string[]): Promise<string> {
  const folder = await newFolder();
  for (const program of programs) {
    const found = Bun.which(program);
    if (found) await Bun.$`ln -s ${found} ${folder}/`;
  }
  return folder;
}
