import { LIMITS } from "@parley/contracts/limits";
import { type Backlog, judgeBacklogs } from "./slow-reader-rule.ts";

const SWEEP_INTERVAL_MS = 250;
/** A sweep comes early after so many characters for one reader, or for all readers together. */
const EARLY_SWEEP = { perReader: LIMITS.backlog.readerBytes / 4, all: LIMITS.backlog.allBytes / 4 };

/** A socket whose reader may be slow. */
export interface SweptReader {
  readonly user: string;
  readonly bufferedBytes: number;
  readonly isClosing: boolean;
  /** Closes with 4429 after the reader has taken what is buffered. */
  closeAsSlow(): void;
  terminate(): void;
}

export interface SlowReaderSweep<R> extends Disposable {
  /** Counts what was sent: to one reader, or the same to each of several. */
  noteSent(characters: number, readers?: number): void;
  /** A reader has taken something. */
  noteDrained(reader: R): void;
}

/**
 * Looks at the backlogs of all readers while something is sent or waits, because publishing to a topic
 * reports nothing about a single reader.
 * @param readers all sockets that are not closed yet, those that are closing included.
 * @param now in milliseconds.
 */
export function createSlowReaderSweep<R extends SweptReader>(
  readers: { values(): Iterable<R> },
  now: () => number = performance.now.bind(performance),
): SlowReaderSweep<R> {
  let aboveSince = new Map<R, number>();
  let sent = { perReader: 0, all: 0 };
  let timer: Timer | undefined;

  function noteSent(characters: number, readers = 1): void {
    sent.perReader += characters;
    sent.all += characters * readers;
    if (sent.perReader >= EARLY_SWEEP.perReader || sent.all >= EARLY_SWEEP.all) sweep();
    else start();
  }

  function start(): void {
    timer ??= setTimeout(sweep, SWEEP_INTERVAL_MS);
  }

  function sweep(): void {
    clearTimeout(timer);
    timer = undefined;
    sent = { perReader: 0, all: 0 };
    const time = now();
    const backlogs = readBacklogs(time);
    for (const [reader, verdict] of judgeBacklogs(backlogs, time)) {
      if (verdict === "close") reader.closeAsSlow();
      else reader.terminate();
    }
    if (backlogs.length > 0) start();
  }

  function readBacklogs(time: number): Backlog<R>[] {
    const backlogs: Backlog<R>[] = [];
    const above = new Map<R, number>();
    for (const reader of readers.values()) {
      const { user, bufferedBytes: bytes, isClosing } = reader;
      if (bytes === 0) continue;
      if (bytes > LIMITS.backlog.lastingBytes) above.set(reader, aboveSince.get(reader) ?? time);
      backlogs.push({ reader, user, bytes, aboveSince: above.get(reader), isClosing });
    }
    aboveSince = above;
    return backlogs;
  }

  return {
    noteSent,
    noteDrained(reader) {
      if (aboveSince.has(reader) && reader.bufferedBytes <= LIMITS.backlog.lastingBytes)
        aboveSince.delete(reader);
    },
    [Symbol.dispose]: () => clearTimeout(timer),
  };
}
