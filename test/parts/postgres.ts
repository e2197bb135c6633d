import { globSync } from "node:fs";
import { chown, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { freePort } from "@parley/platform/testing/free-port";
import { startDaemon } from "./daemon.ts";
import type { Missing } from "./missing.ts";
import { giveToUnprivilegedUser, type UnprivilegedUser } from "./unprivileged-user.ts";

/** Where packages install binaries that are not on the PATH. */
const PACKAGE_PATHS = [
  "/usr/lib/postgresql/*/bin/initdb",
  "/usr/pgsql-*/bin/initdb",
  "/opt/homebrew/opt/postgresql*/bin/initdb",
  "/Applications/Postgres.app/Contents/Versions/*/bin/initdb",
];

export interface Postgres extends AsyncDisposable {
  /** URL of a superuser, with which tests create their databases. */
  readonly url: string;
  /** Sends SIGKILL to all its processes at once. */
  kill(): Promise<void>;
  /** Starts the ended PostgreSQL on the same files; resolves when it has recovered. */
  start(): Promise<void>;
}

/**
 * Creates a cluster in a temporary folder, with `fsync` on, and starts it.
 * @param within the parent of the temporary folder.
 */
export async function startPostgres(within = tmpdir()): Promise<Postgres | Missing> {
  const binaries = findBinaries();
  if (!binaries) return { missing: "PostgreSQL is not installed: apt-get install postgresql" };
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(within, "parley-postgres-"));
  stack.defer(() => rm(folder, { recursive: true }));
  const user = await giveToUnprivilegedUser(folder);
  const password = crypto.randomUUID();
  await initialise(binaries, folder, password, user);
  const port = freePort();
  let starts = 0;
  const run = async () => {
    const daemon = startDaemon(command(binaries, folder, port), {
      env: { LC_ALL: "C" },
      user,
      logFile: join(folder, `log-${++starts}`),
    });
    await daemon.whenPrinted("ready to accept connections");
    return daemon;
  };
  let daemon = await run();
  stack.defer(() => daemon[Symbol.asyncDispose]());
  const running = stack.move();
  return {
    url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
    kill: () => daemon.kill(),
    async start() {
      daemon = await run();
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

function command(binaries: string, folder: string, port: number): string[] {
  return [
    join(binaries, "postgres"),
    ...["-D", join(folder, "cluster"), "-p", String(port)],
    ...setting("listen_addresses", "127.0.0.1"),
    ...setting("unix_socket_directories", folder),
    ...setting("max_connections", "200"),
  ];
}

/** Finds the folder of the newest binaries. */
function findBinaries(): string | undefined {
  const installed = globSync(PACKAGE_PATHS);
  const newest = installed.sort((a, b) => a.localeCompare(b, "en", { numeric: true })).at(-1);
  const found = newest ?? Bun.which("initdb");
  return found ? dirname(found) : undefined;
}

async function initialise(
  binaries: string,
  folder: string,
  password: string,
  user: UnprivilegedUser | undefined,
) {
  const secret = join(folder, "password");
  await writeFile(secret, password, { mode: 0o600 });
  if (user) await chown(secret, user.uid, user.gid);
  const initdb = Bun.spawn(
    [
      join(binaries, "initdb"),
      ...["-D", join(folder, "cluster"), "--username=postgres", `--pwfile=${secret}`],
      ...["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"],
    ],
    { ...user, cwd: folder, stdio: ["ignore", "ignore", "pipe"] },
  );
  const errors = await new Response(initdb.stderr).text();
  if ((await initdb.exited) !== 0) throw new Error(`initdb failed: ${errors}`);
}

function setting(name: string, value: string): string[] {
  return ["-c", `${name}=${value}`];
}
