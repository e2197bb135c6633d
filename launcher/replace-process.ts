/**
 * Replaces this process by Bun with other arguments; signals and children stay with the process ID
 * (execve(2)). Returns on a system that cannot do so.
 */
export function replaceProcess(args: readonly string[]): void {
  const { execPath, execArgv } = process;
  process.execve?.(execPath, [execPath, ...execArgv, ...args]);
}
