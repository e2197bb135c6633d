import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "@parley/platform/testing/free-port";
import { startDaemon } from "./daemon.ts";
import type { Missing } from "./missing.ts";
import { giveToUnprivilegedUser } from "./unprivileged-user.ts";

export interface PgBouncer extends AsyncDisposable {
  /** The URL of the database, by way of PgBouncer. */
  readonly url: string;
}

/** Finds the binary where packages install it, which is on the PATH of root only. */
export function findPgBouncer(): { readonly path: string } | Missing {
  const path = Bun.which("pgbouncer") ?? Bun.which("pgbouncer", { PATH: "/usr/sbin" });
  return path ? { path } : { missing: "PgBouncer is not installed: apt-get install pgbouncer" };
}

/** Starts a PgBouncer in front of a PostgreSQL. */
export async function startPgBouncer(
  binary: string,
  postgresUrl: string,
  poolMode: "session" | "transaction",
): Promise<PgBouncer> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "parley-pgbouncer-"));
  stack.defer(() => rm(folder, { recursive: true }));
  await chmod(folder, 0o755);
  const url = new URL(postgresUrl);
  const users = join(folder, "users.txt");
  await writeFile(users, `"${url.username}" "${decodeURIComponent(url.password)}"\n`);
  const port = freePort();
  const configuration = join(folder, "pgbouncer.ini");
  await writeFile(
    configuration,
    [
      "[databases]",
      `* = host=${url.hostname} port=${url.port}`,
      "[pgbouncer]",
      "listen_addr = 127.0.0.1",
      `listen_port = ${port}`,
      "unix_socket_dir =",
      "auth_type = scram-sha-256",
      `auth_file = ${users}`,
      `pool_mode = ${poolMode}`,
      "default_pool_size = 20",
    ].join("\n"),
  );
  const user = await giveToUnprivilegedUser(folder);
  const daemon = stack.use(
    startDaemon([binary, configuration], { user, logFile: join(folder, "log") }),
  );
  await daemon.whenPrinted("process up");
  url.port = String(port);
  const running = stack.move();
  return { url: url.href, [Symbol.asyncDispose]: () => running.disposeAsync() };
}
