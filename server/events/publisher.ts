import type { ChatEvent } from "@parley/contracts/events";
import { LIMITS } from "@parley/contracts/limits";
import type { Log } from "@parley/platform/process/log";
import type { Outcome } from "../messages/decide-batch.ts";
import type { Replay } from "./replay.ts";
import { messageEvent } from "./show-events.ts";

export interface PublisherDeps {
  replay: Replay;
  log: Pick<Log, "error">;
  /** How far a chat was published here; undefined when nobody here follows it. */
  head(chat: string): number | undefined;
  publish(chat: string, events: ChatEvent[]): void;
}

/** Publishes what was committed, each chat's events in their order and without a hole; one call at a time. */
export function createPublisher({ replay, log, head, publish }: PublisherDeps) {
  /** Publishes events; where others before them were not published here, those are read again first. */
  async function publishInOrder(chat: string, events: ChatEvent[]): Promise<void> {
    const known = head(chat);
    if (known === undefined || known + 1 === events[0]?.seq) publish(chat, events);
    else await catchUp(chat, events.at(-1)?.seq ?? 0);
  }

  /** Publishes what is stored of a chat up to `seq` and was not published here yet. */
  async function catchUp(chat: string, seq: number): Promise<void> {
    for (let known = head(chat); known !== undefined && known < seq; known = head(chat)) {
      const missed = await replay(chat, known, LIMITS.maxReplayEvents);
      if (missed.length === 0) return;
      publish(chat, missed);
    }
  }

  /** One chat whose events can't be read just now silences no other; the heartbeat asks for it again. */
  async function settle(publishing: Promise<void>): Promise<void> {
    await publishing.catch((err) => log.error({ err }, "publishing failed"));
  }

  return {
    publishInOrder,

    /** Publishes what is stored of each chat up to a `seq` and was not published here yet. */
    async catchUpAll(stored: ReadonlyMap<string, number>): Promise<void> {
      for (const [chat, seq] of stored) await settle(catchUp(chat, seq));
    },

    /** A duplicate may be news too: the answer to its commit was lost, or another server died before it told. */
    async announce(outcomes: readonly Outcome[]): Promise<void> {
      for (const outcome of outcomes)
        if (outcome.kind === "duplicate") await settle(catchUp(outcome.chat, outcome.seq));
      const stored = outcomes.flatMap((outcome) =>
        outcome.kind === "stored" ? [outcome.message] : [],
      );
      for (const [chat, messages] of Map.groupBy(stored, (message) => message.chat))
        await settle(publishInOrder(chat, messages.map(messageEvent)));
    },
  };
}
