/** One Ctrl+C may arrive twice within this time: from the terminal, and from a runner such as `bun run` or npx. */
const REPEAT_INTERVAL_MS = 1_000;

/** Resolves at the first SIGINT or SIGTERM; a second one, later than {@link REPEAT_INTERVAL_MS}, ends the process at once. */
export function waitForStopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let firstAt: number | undefined;
    for (const signal of ["SIGINT", "SIGTERM"] as const)
      process.on(signal, () => {
        firstAt ??= performance.now();
        if (performance.now() - firstAt > REPEAT_INTERVAL_MS) process.exit(130);
        resolve(signal);
      });
  });
}
