import { readFile } from "node:fs/promises";

/** Resident bytes of a process, as Linux counts them: what it shares with others included. */
export async function resident({ pid }: { readonly pid: number }): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}
