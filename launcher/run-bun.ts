interface RunOptions {
  /** Whether only errors are shown. */
  readonly quiet?: boolean;
}

/**
 * Runs Bun, the only program that a new machine has, with its output on stderr, apart from the log.
 * @returns whether the exit code is 0.
 */
export async function runBun(
  cwd: string,
  command: readonly string[],
  { quiet = false }: RunOptions = {},
): Promise<boolean> {
  const bun = [process.execPath, "--no-orphans", ...command];
  const code = await Bun.spawn(bun, { cwd, stdio: ["ignore", quiet ? "ignore" : 2, 2] }).exited;
  if (code !== 0) console.error(`“bun ${command.join(" ")}” in ${cwd} ended with ${code}`);
  return code === 0;
}
