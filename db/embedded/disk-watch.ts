import { statfs } from "node:fs/promises";

/** The lines of a log, as pino takes them. */
export interface EngineLog {
  info(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Watches whether the disk of the database is full. */
export interface DiskWatch extends Disposable {
  readonly isFull: boolean;
  /** Takes each line of PostgreSQL's log. */
  read(line: string): void;
}

/** What PostgreSQL says when the disk, or the user's share of it, is full (SQLSTATE 53100). */
const FULL = /No space left on device|Disk quota exceeded/;

const CHECK_INTERVAL_MS = 1_000;
/** With less free space the disk still counts as full: a segment of the log and some pages of data. */
const ROOM_BYTES = 8 * 1024 * 1024;

/** Logs that the disk is full, and that it has room again, each once. */
export function watchDisk(folder: string, log: EngineLog): DiskWatch {
  let timer: NodeJS.Timeout | undefined;
  let lastRefusal = 0;
  const bytesFree = async () => {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  };
  const check = async () => {
    const free = await bytesFree();
    if (timer === undefined || free < ROOM_BYTES) return;
    if (performance.now() - lastRefusal < CHECK_INTERVAL_MS) return;
    clearInterval(timer);
    timer = undefined;
    log.info({ folder, bytesFree: free }, "the disk of the database has room again");
  };
  return {
    get isFull() {
      return timer !== undefined;
    },
    read(line) {
      if (!FULL.test(line)) return;
      lastRefusal = performance.now();
      if (timer !== undefined) return;
      timer = setInterval(() => void check(), CHECK_INTERVAL_MS);
      void bytesFree().then((free) =>
        log.error({ folder, bytesFree: free }, "the disk of the database is full"),
      );
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
