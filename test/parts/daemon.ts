import { globSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";

/** Stops PostgreSQL and MinIO at once, without a wait for their clients. */
const STOP_SIGNAL = "SIGINT";

interface DaemonOptions {
  readonly env?: Record<string, string>;
  /** The user that the program runs as; the caller when absent. */
  readonly user?: { readonly uid: number; readonly gid: number } | undefined;
  /** Receives stdout and stderr. */
  readonly logFile: string;
}

export interface Daemon extends AsyncDisposable {
  /** @throws Error when the program ends before it prints the text. */
  whenPrinted(text: string): Promise<void>;
  /** Sends SIGKILL to the program and its children at once; on Linux only. */
  kill(): Promise<void>;
}

/** Starts a program that runs until it is disposed of or, on Linux, until this process dies. */
export function startDaemon(
  command: readonly string[],
  { env = {}, user, logFile }: DaemonOptions,
): Daemon {
  const tied = Bun.which("setpriv") ? ["setpriv", "--pdeathsig", STOP_SIGNAL.slice(3)] : [];
  const child = Bun.spawn([...tied, ...command], {
    env: { PATH: process.env["PATH"] ?? "", ...env },
    ...user,
    stdio: ["ignore", Bun.file(logFile), Bun.file(logFile)],
  });
  return {
    async whenPrinted(text) {
      for (;;) {
        const log = await readFile(logFile, "utf8");
        if (log.includes(text)) return;
        if (child.exitCode !== null) throw new Error(`${command[0]} ended early:\n${log}`);
        await Bun.sleep(20);
      }
    },
    async kill() {
      // A stopped process starts no other child.
      child.kill("SIGSTOP");
      const children = childrenOf(child.pid);
      for (const pid of [child.pid, ...children]) process.kill(pid, "SIGKILL");
      await child.exited;
      while (children.some(isAlive)) await Bun.sleep(5);
    },
    async [Symbol.asyncDispose]() {
      child.kill(STOP_SIGNAL);
      await child.exited;
    },
  };
}

/** Finds children by the ID of their parent, because those of PostgreSQL have their own process groups. */
function childrenOf(parent: number): number[] {
  return globSync("/proc/[0-9]*/stat")
    .map((path) => Number(path.split("/")[2]))
    .filter((pid) => stateOf(pid)?.parent === parent);
}

function isAlive(pid: number): boolean {
  const state = stateOf(pid)?.state;
  return state !== undefined && state !== "Z";
}

/** Reads proc_pid_stat(5), where the name in brackets comes first; undefined for a process that has ended. */
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
