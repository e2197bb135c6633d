import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const CALLS = "write,writev,sendto,sendmsg,sendmmsg";

/** System calls that write to a socket. */
export interface Writes {
  /** To those who connected to the port on which the process listens. */
  readonly answers: number;
  /** To those to whom the process connected. */
  readonly others: number;
}

/** Counts the writes of a process to TCP sockets by `strace` while `act` runs. */
export async function traceWrites(
  { pid, port }: { pid: number; port: number },
  act: () => Promise<void>,
): Promise<Writes> {
  await using folder = await temporaryFolder();
  const output = join(folder.path, "trace");
  const command = ["strace", "-f", "-yy", "-e", `trace=${CALLS}`, "-o", output, "-p", String(pid)];
  const child = Bun.spawn(command, { stderr: "pipe" });
  await child.stderr.getReader().read();
  await act();
  child.kill("SIGINT");
  await child.exited;
  const ports = localPorts(await readFile(output, "utf8"));
  const answers = ports.filter((each) => each === port).length;
  return { answers, others: ports.length - answers };
}

/** The local port of each call on a TCP socket, as in `sendto(14<TCP:[127.0.0.1:8081->127.0.0.1:50312]>, …`. */
function localPorts(trace: string): number[] {
  const calls = trace.matchAll(/\w+\(\d+<TCP(?:v6)?:\[\S+?:(\d+)->/g);
  return [...calls].map(([, port]) => Number(port));
}

async function temporaryFolder() {
  const path = await mkdtemp(join(tmpdir(), "parley-trace-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}
