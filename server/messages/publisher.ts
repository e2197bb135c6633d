import type { ChatEvent } from "@parley/contracts/events";
import { LIMITS } from "@parley/contracts/limits";
import { messageEvent } from "./change-events.ts";
import type { Outcome } from "./decide-batch.ts";
import type { Replay } from "./replay.ts";

export interface PublisherDeps {
  replay: Replay;
  /** How far a chat was published here; undefined when nobody here follows it. */
  head(chat: string): number | undefined;
  publish(chat: string, events: ChatEvent[]): void;
}

/** Publishes what was committed, each chat's events in their order and without a hole; one call at a time. */
export function createPublisher({ replay, head, publish }: PublisherDeps) {
  /** Publishes events; where others before them were not published here, those are read again first. */
  async function publishInOrder(chat: string, events: ChatEvent[]): Promise<void> {
    const known = head(chat);
    if (known === undefined || known + 1 === events[0]?.seq) publish(chat, events);
    else await catchUp(chat, events.at(-1)?.seq ?? 0);
  }

  /** Publishes what is stored of a chat up to `seq` and was not published here yet. */
  async function catchUp(chat: string, seq: number): Promise<void> {
    for (let known = head(chat); known !== undefined && known < seq; known = head(chat)) {
      const missed = await replay(chat, known, LIMITS.replay);
      if (missed.length === 0) return;
      publish(chat, missed);
    }
  }

  return {
    publishInOrder,

    /** Publishes what is stored of each chat up to a `seq` and was not published here yet. */
    async catchUpAll(stored: ReadonlyMap<string, number>): Promise<void> {
      for (const [chat, seq] of stored) await catchUp(chat, seq);
    },

    /** A duplicate may be news too: the answer to its commit was lost, or another server died before it told. */
    async announce(outcomes: readonly Outcome[]): Promise<void> {
      for (const outcome of outcomes)
        if (outcome.kind === "duplicate") await catchUp(outcome.chat, outcome.seq);
      const stored = outcomes.filter((outcome) => outcome.kind === "stored");
      for (const [chat, messages] of Map.groupBy(stored, ({ message }) => message.chat))
        await publishInOrder(
          chat,
          messages.map(({ message }) => messageEvent(message)),
        );
    },
  };
}
