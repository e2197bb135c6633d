import { globSync, readFileSync } from "node:fs";
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

export interface Daemon extends AsyncDisposable {
  /** @throws when it ended before it printed that. */
  untilPrints(text: string): Promise<void>;
  /** `kill -9` of it and its children, at once; on Linux only. */
  kill(): Promise<void>;
}

/** A foreign program that runs until it is disposed of, or, on Linux, until this process dies. */
export function startDaemon(
  command: readonly string[],
  { env = {}, user, logFile }: DaemonOptions,
): Daemon {
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
    async kill() {
      // While it stands still it makes no other child.
      child.kill("SIGSTOP");
      const children = childrenOf(child.pid);
      for (const pid of [child.pid, ...children]) process.kill(pid, "SIGKILL");
      await child.exited;
      while (children.some(isAlive)) await Bun.sleep(5);
    },
    async [Symbol.asyncDispose]() {
      child.kill(STOP);
      await child.exited;
    },
  };
}

/** Children of PostgreSQL have process groups of their own, so their parent's ID finds them. */
function childrenOf(parent: number): number[] {
  return globSync("/proc/[0-9]*/stat")
    .map((path) => Number(path.split("/")[2]))
    .filter((pid) => stateOf(pid)?.parent === parent);
}

function isAlive(pid: number): boolean {
  const state = stateOf(pid)?.state;
  return state !== undefined && state !== "Z";
}

/** What proc_pid_stat(5) tells behind the name, which is in brackets; undefined for a process that is gone. */
function stateOf(pid: number): { state: string; parent: number } | undefined {
  try {
    const [state = "", parent] = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return { state, parent: Number(parent) };
  } catch {
    return undefined;
  }
}
