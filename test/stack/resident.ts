import { readFile } from "node:fs/promises";

/** Reads the resident bytes of a process, shared pages included (`VmRSS` of proc_pid_status(5)). */
export async function resident({ pid }: { readonly pid: number }): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}
