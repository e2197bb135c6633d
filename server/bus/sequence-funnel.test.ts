import { afterEach, beforeEach, describe, expect, jest, test } from "bun:test";
import fc from "fast-check";
import { createSequenceFunnel, PENDING_WAIT_MS } from "./sequence-funnel.ts";

const CHAT = "room";

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const range = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, n) => first + n);

/** A chat whose events are stored as they are committed, and a funnel that publishes them. */
class Chat {
  readonly published: number[] = [];
  readonly failures: unknown[] = [];
  readsMs: number[] = [];
  reads = 0;
  stored = 0;
  isShared = true;
  isFollowed = true;
  isDatabaseUp = true;

  readonly funnel = createSequenceFunnel<{ seq: number }>({
    head: () => (this.isFollowed ? (this.published.at(-1) ?? 0) : undefined),
    readAfter: async (_, seq) => {
      this.reads++;
      if (!this.isDatabaseUp) throw new Error("the database is away");
      const found = range(seq + 1, this.stored).map((seq) => ({ seq }));
      await new Promise<void>((resolve) => void setTimeout(resolve, this.readsMs.shift() ?? 0));
      // A page may end before the newest event.
      return found.slice(0, 3);
    },
    publish: (_, events) => void this.published.push(...events.map(({ seq }) => seq)),
    mayArriveLater: () => this.isShared,
    fail: (error) => void this.failures.push(error),
  });

  /** The end of the gap where the funnel reads it at once. */
  gap: Promise<void> | undefined;

  offer(first: number, last: number): void {
    this.stored = Math.max(this.stored, last);
    this.gap = this.funnel.offer(
      CHAT,
      first,
      last,
      () => void this.published.push(...range(first, last)),
    );
  }

  async pass(ms: number): Promise<void> {
    for (let n = 0; n < ms; n++) {
      jest.advanceTimersByTime(1);
      for (let turn = 0; turn < 8; turn++) await Promise.resolve();
    }
  }
}

describe("the sequence funnel", () => {
  test("The next events are published at once, and those that were published are dropped", () => {
    const chat = new Chat();
    chat.offer(1, 2);
    chat.offer(1, 2);
    chat.offer(2, 2);
    chat.offer(3, 3);
    expect(chat.published).toEqual([1, 2, 3]);
    expect(chat.reads).toBe(0);
  });

  test("Events that arrive out of order are published without a read when their predecessors arrive in time", async () => {
    const chat = new Chat();
    chat.offer(4, 4);
    chat.offer(2, 3);
    await chat.pass(PENDING_WAIT_MS - 1);
    expect(chat.published).toEqual([]);
    chat.offer(1, 1);
    expect(chat.published).toEqual([1, 2, 3, 4]);
    await chat.pass(100);
    expect([chat.published, chat.reads]).toEqual([[1, 2, 3, 4], 0]);
  });

  test("A gap that stays is read from the database", async () => {
    const chat = new Chat();
    chat.offer(3, 5);
    await chat.pass(PENDING_WAIT_MS + 5);
    expect(chat.published).toEqual([1, 2, 3, 4, 5]);
  });

  test("An event that is published while a gap is read is not published again", async () => {
    const chat = new Chat();
    chat.readsMs = [20];
    chat.offer(2, 2);
    await chat.pass(PENDING_WAIT_MS + 1);
    chat.offer(1, 1);
    chat.offer(2, 2);
    await chat.pass(30);
    expect(chat.published).toEqual([1, 2]);
  });

  test("A gap is read at once, and its end can be awaited, where no other server is connected", async () => {
    const chat = new Chat();
    chat.isShared = false;
    chat.offer(2, 2);
    expect(chat.gap).toBeInstanceOf(Promise);
    await chat.pass(1);
    await chat.gap;
    expect(chat.published).toEqual([1, 2]);
  });

  test("Events of a chat that nobody follows are published as they come", async () => {
    const chat = new Chat();
    chat.offer(3, 3);
    chat.isFollowed = false;
    chat.offer(7, 7);
    await chat.pass(PENDING_WAIT_MS + 1);
    expect([chat.published, chat.reads]).toEqual([[7, 3], 0]);
  });

  test("A gap that cannot be read is reported, and the next catch-up publishes it", async () => {
    const chat = new Chat();
    chat.isDatabaseUp = false;
    chat.offer(2, 2);
    await chat.pass(PENDING_WAIT_MS + 1);
    expect([chat.failures.length, chat.published]).toEqual([1, []]);
    chat.isDatabaseUp = true;
    void chat.funnel.catchUp(CHAT, 2);
    await chat.pass(1);
    expect(chat.published).toEqual([1, 2]);
  });

  test("Every event is published once and in order, however commits, hints and catch-ups interleave", async () => {
    const delay = fc.nat(80);
    const batch = fc.record({
      size: fc.integer({ min: 1, max: 4 }),
      pauseMs: fc.nat(15),
      /** When the batch arrives after its commit: at once where it was committed here; never, late or twice where it is a hint. */
      arrivals: fc.oneof(fc.constant([0]), fc.array(delay, { maxLength: 2 })),
      /** Whether a heartbeat finds the chat behind at this time. */
      isHeartbeat: fc.boolean(),
    });
    const batches = fc.array(batch, { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(batches, fc.array(fc.nat(60)), async (batches, readsMs) => {
        const chat = new Chat();
        chat.readsMs = readsMs;
        for (const { size, pauseMs, arrivals, isHeartbeat } of batches) {
          const [first, last] = [chat.stored + 1, chat.stored + size];
          chat.stored = last;
          for (const ms of arrivals)
            if (ms === 0) chat.offer(first, last);
            else setTimeout(() => chat.offer(first, last), ms);
          if (isHeartbeat) void chat.funnel.catchUp(CHAT, chat.stored);
          await chat.pass(pauseMs);
        }
        await chat.pass(1_000);
        void chat.funnel.catchUp(CHAT, chat.stored);
        await chat.pass(1_000);
        expect(chat.published).toEqual(range(1, chat.stored));
      }),
    );
  });
});
