import { readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dir, "../..");

/** A process of Parley, started for real. */
export interface Program {
  readonly pid: number;
  /** Its exit code, when it has ended. */
  readonly exited: Promise<number>;
  /** What it wrote to stdout so far. */
  output(): string;
  /** What it wrote to stderr so far; it goes to the test's own as well. */
  errors(): string;
  /** Ends it and waits until it is gone. */
  end(signal?: NodeJS.Signals): Promise<number>;
}

const BUN = [process.execPath, "--no-env-file"];

export interface ProgramOptions {
  /** Takes what it writes to stdout, at no cost to who started it. */
  readonly logFile?: string | undefined;
  /** The command that runs it; Bun's where it is empty. */
  readonly runtime?: readonly string[];
}

/** Runs a file of the repository with nothing but `env` and the PATH in its environment. */
export function startProgram(
  file: string,
  env: Record<string, string>,
  { logFile, runtime = [] }: ProgramOptions = {},
): Program {
  const child = Bun.spawn([...(runtime.length > 0 ? runtime : BUN), file], {
    cwd: ROOT,
    env: { PATH: process.env["PATH"] ?? "", ...env },
    stdin: "pipe",
    stdout: logFile === undefined ? "pipe" : Bun.file(logFile),
    stderr: "pipe",
  });
  let [output, errors] = ["", ""];
  if (child.stdout instanceof ReadableStream)
    void collect(child.stdout, (text) => {
      output += text;
    });
  void collect(child.stderr, (text) => {
    errors += text;
    process.stderr.write(text);
  });
  return {
    pid: child.pid,
    exited: child.exited,
    output: () => (logFile === undefined ? output : readFileSync(logFile, "utf8")),
    errors: () => errors,
    async end(signal = "SIGTERM") {
      child.kill(signal);
      await child.exited;
      return child.exitCode ?? -1;
    },
  };
}

async function collect(stream: ReadableStream<Uint8Array>, take: (text: string) => void) {
  const decoder = new TextDecoder();
  for await (const chunk of stream) take(decoder.decode(chunk, { stream: true }));
}

/** Below the ports that systems give to connections (from 32768 on Linux, from 49152 on macOS). */
const PORTS = { first: 10_000, count: 22_000 };

/**
 * Finds a port on which no program listens. The port is drawn by lot, because a port that the system
 * chooses may be given to another connection, or to a test in another process, before it is used.
 */
export function freePort(): number {
  for (;;) {
    const port = PORTS.first + Math.floor(Math.random() * PORTS.count);
    if (canListen(port)) return port;
  }
}

function canListen(port: number): boolean {
  try {
    using _listener = Bun.listen({ hostname: "127.0.0.1", port, socket: { data() {} } });
    return true;
  } catch {
    return false;
  }
}

/** Milliseconds: a machine that does much else at the time needs several times its usual few. */
const START = 100_000;

/** Waits until an address answers 200. */
export async function untilReady(url: string): Promise<void> {
  const deadline = Date.now() + START;
  while (Date.now() < deadline) {
    const answer = await fetch(url).catch(() => null);
    if (answer?.ok) return;
    await Bun.sleep(25);
  }
  throw new Error(`${url} was not ready within ${START / 1_000} s`);
}
