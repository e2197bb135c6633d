import { readFileSync } from "node:fs";

const LOOK_EVERY = 500;

/**
 * Resolves when the `bun run` or npx that runs this was ended without passing it on; never, where
 * there is none.
 *
 * Nobody passes on a SIGKILL. And npx hands any signal to the shell between itself and `bun run`, which
 * dies of it without telling anyone: all that is to be seen here is that `bun run` has a new parent.
 */
export function runnerGone(): Promise<void> {
  return new Promise((resolve) => {
    if (process.env["npm_lifecycle_event"] === undefined) return;
    const before = ancestry();
    const look = setInterval(() => {
      if (ancestry() === before) return;
      clearInterval(look);
      resolve();
    }, LOOK_EVERY);
    look.unref();
  });
}

/** The parent, and under npm its parent too; `bun run` alone may well outlive the shell it began in. */
function ancestry(): string {
  const { ppid } = process;
  return underNpm() ? `${ppid} ${parentOf(ppid)}` : `${ppid}`;
}

/** `bun run` names itself in this variable, unless npm stands above it. */
function underNpm(): boolean {
  return process.env["npm_execpath"]?.endsWith("-cli.js") === true;
}

/** The number of a process' parent, as proc(5) has it; undefined where there is no such file system. */
function parentOf(pid: number): number | undefined {
  try {
    const afterName = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1) ?? "";
    return Number(afterName.split(" ")[1]);
  } catch {
    return undefined;
  }
}
