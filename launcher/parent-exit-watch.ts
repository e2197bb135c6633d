const CHECK_INTERVAL_MS = 500;

/**
 * Resolves when the `bun run` or `npx` above this process has ended without passing a signal on;
 * never resolves when this process was started without either.
 *
 * A SIGKILL is never passed on. `npx` sends every signal to the shell between itself and `bun run`,
 * which ends without a word to its child: all that shows here is the new parent of `bun run`.
 */
export function parentExit(): Promise<void> {
  return new Promise((resolve) => {
    if (process.env["npm_lifecycle_event"] === undefined) return;
    const before = ancestors();
    const timer = setInterval(() => {
      if (ancestors() === before) return;
      clearInterval(timer);
      resolve();
    }, CHECK_INTERVAL_MS);
    timer.unref();
  });
}

/** The parent, and under npm the grandparent; without npm, `bun run` may outlive the shell above it. */
function ancestors(): string {
  const { ppid } = process;
  return isUnderNpm() ? `${ppid} ${parentOf(ppid)}` : `${ppid}`;
}

/** `bun run` puts its own path in this variable, unless npm has set it before. */
function isUnderNpm(): boolean {
  return process.env["npm_execpath"]?.endsWith("-cli.js") === true;
}

/** The parent of a process, from proc_pid_stat(5); undefined on systems without `/proc`. */
function parentOf(pid: number): number | undefined {
  try {
    // An import at the top would take 2 MB of every launcher, and few are run by npm.
    const { readFileSync } = process.getBuiltinModule("node:fs");
    const afterName = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1) ?? "";
    return Number(afterName.split(" ")[1]);
  } catch {
    return undefined;
  }
}
