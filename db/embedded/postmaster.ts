import { readLockFile } from "./lock-file.ts";
import type { PostgresProcess } from "./programs.ts";

const POLL_INTERVAL_MS = 10;
/** Lines of output that are kept to explain an end. */
const KEPT_LINES = 8;
/** A shutdown that writes a checkpoint, and then one that leaves it to the next start. */
const FAST_SHUTDOWN_MS = 2_500;
const IMMEDIATE_SHUTDOWN_MS = 1_000;

/** How PostgreSQL ended. */
export interface PostmasterEnd {
  readonly code: number | null;
  readonly signal: string | number | null;
  /** The last lines that it wrote. */
  readonly output: string;
}

/** A running process of PostgreSQL, which starts its other processes. */
export interface Postmaster {
  /** Resolves when PostgreSQL accepts connections, or has ended. */
  readonly ready: Promise<"ready" | "ended">;
  readonly ended: Promise<PostmasterEnd>;
  /** Rolls back open transactions and ends PostgreSQL. */
  stop(): Promise<void>;
}

/**
 * Watches a process of PostgreSQL from its start.
 * @param onLine takes each line of the log.
 */
export function watchPostmaster(
  child: PostgresProcess,
  cluster: string,
  onLine: (line: string) => void,
): Postmaster {
  const kept: string[] = [];
  const read = readLines(child.stderr, (line) => {
    kept.push(line);
    if (kept.length > KEPT_LINES) kept.shift();
    onLine(line);
  });
  const isReady = () => {
    const file = readLockFile(cluster);
    return file?.pid === child.pid && file.isReady;
  };
  return {
    ready: untilReady(child, isReady),
    ended: child.exited.then(async () => {
      await read;
      return { code: child.exitCode, signal: child.signalCode, output: kept.join("\n") };
    }),
    async stop() {
      child.kill("SIGINT");
      const timers = [
        setTimeout(() => child.kill("SIGQUIT"), FAST_SHUTDOWN_MS),
        setTimeout(() => child.kill("SIGKILL"), FAST_SHUTDOWN_MS + IMMEDIATE_SHUTDOWN_MS),
      ];
      await child.exited;
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

async function untilReady(
  child: PostgresProcess,
  isReady: () => boolean,
): Promise<"ready" | "ended"> {
  while (!isReady()) {
    if (child.exitCode !== null || child.signalCode !== null) return "ended";
    await Bun.sleep(POLL_INTERVAL_MS);
  }
  return "ready";
}

async function readLines(
  stream: ReadableStream<Uint8Array>,
  onLine: (line: string) => void,
): Promise<void> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) onLine(line);
  }
  if (rest !== "") onLine(rest);
}
