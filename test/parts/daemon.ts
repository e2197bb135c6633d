import { readFile } from "node:fs/promises";

/** Signals that ask PostgreSQL and MinIO alike to stop now, without waiting for their clients. */
const STOP = "SIGINT";

interface DaemonOptions {
  readonly env?: Record<string, string>;
  /** The user that it runs as, where that is not the caller. */
  readonly user?: { readonly uid: number; readonly gid: number } | undefined;
  /** Takes all that it prints. */
  readonly logFile: string;
}

/** A foreign program that runs until it is disposed of, or, on Linux, until this process dies. */
export function startDaemon(
  command: readonly string[],
  { env = {}, user, logFile }: DaemonOptions,
): AsyncDisposable & { untilPrints(text: string): Promise<void> } {
  const tie = Bun.which("setpriv") ? ["setpriv", "--pdeathsig", STOP.slice(3)] : [];
  const child = Bun.spawn([...tie, ...command], {
    env: { PATH: process.env["PATH"] ?? "", ...env },
    ...user,
    stdio: ["ignore", Bun.file(logFile), Bun.file(logFile)],
  });
  return {
    async untilPrints(text) {
      for (;;) {
        const log = await readFile(logFile, "utf8");
        if (log.includes(text)) return;
        if (child.exitCode !== null) throw new Error(`${command[0]} ended early:\n${log}`);
        await Bun.sleep(20);
      }
    },
    async [Symbol.asyncDispose]() {
      child.kill(STOP);
      await child.exited;
    },
  };
}
