import { readFileSync } from "node:fs";

const LOOK_EVERY = 500;

/**
 * Resolves when npx was ended under a running Parley; never, where npx did not start it.
 *
 * npm hands a signal to the shell between itself and `bun start`, and that shell dies of it without
 * telling anyone: all that is to be seen here is that `bun start` has a new parent.
 */
export function npxGone(): Promise<void> {
  const above = parentOf(process.ppid);
  if (!startedByNpm() || above === undefined) return new Promise(() => {});
  return new Promise((resolve) => {
    const look = setInterval(() => {
      if (parentOf(process.ppid) === above) return;
      clearInterval(look);
      resolve();
    }, LOOK_EVERY);
    look.unref();
  });
}

/** `bun run` names itself in this variable, unless npm stands above it. */
function startedByNpm(): boolean {
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
