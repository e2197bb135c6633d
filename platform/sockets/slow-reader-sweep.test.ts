import { afterEach, expect, jest, test } from "bun:test";
import { createSlowReaderSweep } from "./slow-reader-sweep.ts";

const MIB = 1024 * 1024;

function fakeReader() {
  const reader = {
    user: "ann",
    bufferedBytes: 0,
    isClosing: false,
    closes: 0,
    terminations: 0,
    closeAsSlow(): void {
      reader.closes++;
      reader.isClosing = true;
    },
    terminate(): void {
      reader.terminations++;
    },
  };
  return reader;
}

/** A sweep of readers, with a clock that a test moves. */
function startSweep(count = 1) {
  jest.useFakeTimers();
  let time = 0;
  const readers = Array.from({ length: count }, fakeReader);
  const sweep = createSlowReaderSweep({ values: () => readers }, () => time);
  return {
    sweep,
    readers,
    reader: readers[0] as ReturnType<typeof fakeReader>,
    pass(ms: number): void {
      for (let passed = 0; passed < ms; passed += 250) {
        time += 250;
        jest.advanceTimersByTime(250);
      }
    },
  };
}

afterEach(() => void jest.useRealTimers());

test("A reader with more than 1 MiB is closed after five seconds, without another send", () => {
  const { sweep, reader, pass } = startSweep();
  reader.bufferedBytes = 1.5 * MIB;
  sweep.noteSent(1_000);
  pass(5_000);
  expect(reader.closes).toBe(0);
  pass(500);
  expect(reader.closes).toBe(1);
});

test("A reader that takes enough between two looks begins anew", () => {
  const { sweep, reader, pass } = startSweep();
  reader.bufferedBytes = 1.5 * MIB;
  sweep.noteSent(1_000);
  pass(4_000);
  reader.bufferedBytes = MIB;
  sweep.noteDrained(reader);
  reader.bufferedBytes = 1.5 * MIB;
  pass(4_000);
  expect(reader.closes).toBe(0);
});

test("A reader with more than 16 MiB is closed before the next look is due", () => {
  const { sweep, reader } = startSweep();
  for (let n = 0; n < 17; n++) {
    reader.bufferedBytes += MIB;
    sweep.noteSent(MIB);
  }
  reader.bufferedBytes += 3 * MIB;
  sweep.noteSent(3 * MIB);
  expect(reader.closes).toBe(1);
});

test("A publish to many readers counts once for each of them", () => {
  const { sweep, readers } = startSweep(1_000);
  for (const reader of readers) reader.bufferedBytes = MIB;
  sweep.noteSent(60_000, readers.length);
  expect(readers.every(({ closes }) => closes === 0)).toBeTrue();
  sweep.noteSent(60_000, readers.length);
  expect(readers.some(({ closes }) => closes > 0)).toBeTrue();
});

test("A closing reader that takes nothing is terminated while its user holds too much", () => {
  const { sweep, readers, pass } = startSweep(3);
  for (const reader of readers) reader.bufferedBytes = 12 * MIB;
  sweep.noteSent(1_000);
  pass(250);
  expect(readers.map(({ closes }) => closes)).toEqual([1, 0, 0]);
  pass(250);
  expect(readers.map(({ terminations }) => terminations)).toEqual([1, 0, 0]);
});

test("Nothing is looked at while nothing is sent and nothing waits", () => {
  jest.useFakeTimers();
  let looks = 0;
  const sweep = createSlowReaderSweep({
    values() {
      looks++;
      return [fakeReader()];
    },
  });
  sweep.noteSent(1_000);
  jest.advanceTimersByTime(60_000);
  expect(looks).toBe(1);
});
