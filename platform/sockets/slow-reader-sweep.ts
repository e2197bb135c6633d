import { LIMITS } from "@parley/contracts/limits";

/** Characters published between two checks of all readers. */
const CHECK_INTERVAL_CHARS = LIMITS.maxBackpressureBytes / 4;

/** A socket that closes itself when more than `LIMITS.maxBackpressureBytes` bytes are buffered for its reader. */
export interface SweptReader {
  closeIfSlow(): void;
}

/**
 * Checks all readers each time enough was published, because publishing to a topic reports nothing
 * about a single reader.
 * @returns the function to call with the length of each payload that was published.
 */
export function createSlowReaderSweep(readers: {
  values(): Iterable<SweptReader>;
}): (characters: number) => void {
  let published = 0;
  return function notePublished(characters) {
    published += characters;
    if (published < CHECK_INTERVAL_CHARS) return;
    published = 0;
    for (const reader of readers.values()) reader.closeIfSlow();
  };
}
