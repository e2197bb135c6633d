/** One Ctrl+C may arrive twice: from the terminal, and passed on by a runner such as `bun run` or npx. */
const SAME_REQUEST = 1_000;

/** Resolves at the first SIGINT or SIGTERM; a later second one ends the process at once, as an impatient operator expects. */
export function waitForStopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let askedAt: number | undefined;
    for (const signal of ["SIGINT", "SIGTERM"] as const)
      process.on(signal, () => {
        askedAt ??= performance.now();
        if (performance.now() - askedAt > SAME_REQUEST) process.exit(130);
        resolve(signal);
      });
  });
}
