import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "@parley/platform/testing/free-port";
import pg from "pg";
import { createDatabase } from "../stack/database.ts";
import { type Program, startProgram, untilReady } from "../stack/program.ts";
import { startOwnPostgres } from "../torture/own-postgres.ts";

const SECRET = "secret-of-mine";
const EXIT_CONFIG = 78;

let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "parley-away-"));
});
afterAll(() => rm(dataDir, { recursive: true }));

function startServer(databaseUrl: string) {
  const port = freePort();
  const program = startProgram("server/main.ts", {
    DATA_DIR: dataDir,
    SERVER_PORT: String(port),
    DATABASE_URL: databaseUrl,
  });
  return {
    program,
    ready: () => untilReady(`http://127.0.0.1:${port}/service/readyz`),
    async [Symbol.asyncDispose]() {
      await program.end();
    },
  };
}

async function run(databaseUrl: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(statement);
  await client.end();
}

/** The lines that a server printed before it ended, on either stream. */
async function lastWords(program: Program): Promise<{ code: number; lines: string[] }> {
  const code = await program.exited;
  // The end of a process may be seen before its last output.
  await Bun.sleep(100);
  const lines = `${program.output()}${program.errors()}`.split("\n").filter((line) => line !== "");
  return { code, lines };
}

async function untilPrinted(program: Program, text: string): Promise<void> {
  while (!program.output().includes(text)) await Bun.sleep(20);
}

describe.skipIf(!process.env["TEST_DATABASE_URL"])("a server that starts", () => {
  test("A database that comes later is waited for, and the log says so", async () => {
    await using postgres = await startOwnPostgres();
    await postgres.kill();
    await using server = startServer(postgres.url);
    await untilPrinted(server.program, "waiting for the database: connect ECONNREFUSED");
    await postgres.start();
    await server.ready();
  });

  test("A host that is not known yet is waited for, and a signal ends the wait at once", async () => {
    await using server = startServer("postgres://parley@no-such-host.invalid/parley");
    await untilPrinted(server.program, "waiting for the database: getaddrinfo ENOTFOUND");
    expect(await server.program.end("SIGTERM")).toBe(0);
  });

  test.each([
    ["a wrong password", { password: SECRET }, "28P01"],
    ["an unknown database", { pathname: "/none" }, "3D000"],
    ["TLS that is not offered", { search: "sslmode=verify-full" }, "SSL"],
  ])("The server ends at once with 78 and one line that names %s", async (_, change, cause) => {
    const url = Object.assign(new URL(process.env["TEST_DATABASE_URL"] ?? ""), change);
    const { code, lines } = await lastWords(startServer(url.href).program);
    expect([code, lines.length]).toEqual([EXIT_CONFIG, 1]);
    expect(lines[0]).toMatch(/^DATABASE_URL must /);
    expect(lines[0]).toContain(cause);
    expect(lines[0]).not.toContain(SECRET);
  });

  test("The server ends with 78 and one line where its user may not create tables", async () => {
    await using database = await createDatabase();
    const role = `reader_${crypto.randomUUID().replaceAll("-", "")}`;
    await run(database.url, `create role ${role} login password '${SECRET}'`);
    const url = Object.assign(new URL(database.url), { username: role, password: SECRET });
    const { code, lines } = await lastWords(startServer(url.href).program);
    await run(database.url, `drop role ${role}`);
    expect([code, lines.length]).toEqual([EXIT_CONFIG, 1]);
    expect(lines[0]).toMatch(/^DATABASE_URL must name a user who .*42501/);
  });

  test("A server whose database a newer version has migrated ends with 78 and one line", async () => {
    await using database = await createDatabase();
    {
      await using server = startServer(database.url);
      await server.ready();
    }
    await run(
      database.url,
      "insert into kysely_migration values ('999-of-the-future', now()::text)",
    );
    const { code, lines } = await lastWords(startServer(database.url).program);
    expect([code, lines.length]).toEqual([EXIT_CONFIG, 1]);
    expect(lines[0]).toContain("a newer version of Parley (migration 999-of-the-future");
  });

  test("A second server on a database ends with 78 and one line, and the first one goes on", async () => {
    await using database = await createDatabase();
    await using first = startServer(database.url);
    await first.ready();
    const { code, lines } = await lastWords(startServer(database.url).program);
    expect([code, lines.length]).toEqual([EXIT_CONFIG, 1]);
    expect(lines[0]).toContain("another Parley server uses this database");
    await first.ready();
  });

  test("A server that starts while its predecessor stops takes over", async () => {
    await using database = await createDatabase();
    const first = startServer(database.url);
    await first.ready();
    await using second = startServer(database.url);
    await Bun.sleep(1_000);
    await first.program.end("SIGTERM");
    await second.ready();
  });
});
