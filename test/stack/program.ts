import { readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dir, "../..");

/** A running process of Parley. */
export interface Program {
  readonly pid: number;
  /** Resolves with the exit code. */
  readonly exited: Promise<number>;
  /** The text written to stdout so far. */
  output(): string;
  /** The text written to stderr so far, which is copied to stderr of this process too. */
  errors(): string;
  /** Sends a signal and waits for the exit. @returns the exit code, or -1 after a fatal signal. */
  end(signal?: NodeJS.Signals): Promise<number>;
}

const BUN = [process.execPath, "--no-env-file"];

export interface ProgramOptions {
  /** Receives stdout in place of this process, which then spends no time on it. */
  readonly logFile?: string | undefined;
  /** The command that runs the file; Bun when empty. */
  readonly runtime?: readonly string[];
}

/** Runs a file of the repository with only `env` and `PATH` in its environment. */
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

/** Long, because a start on a machine under load takes many times its usual few seconds. */
const START_TIMEOUT_MS = 100_000;

/** Waits until a URL responds with a 2xx status. @throws Error after `START_TIMEOUT_MS`. */
export async function untilReady(url: string): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const response = await fetch(url).catch(() => null);
    if (response?.ok) return;
    await Bun.sleep(25);
  }
  throw new Error(`${url} was not ready within ${START_TIMEOUT_MS / 1_000} s`);
}
