import type { ChatId } from "@parley/contracts/ids";
import type { Outcome } from "./store-outcome.ts";

/** As many as the writer queues; the oldest are forgotten first. */
const MAX_EVENTS = 20_000;

/**
 * Knows the events whose commit lost its response: the database has stored them or not.
 *
 * A stored one is found again as the duplicate of a retry, by the writer or by the client. It is then
 * published as if the response had arrived.
 */
export function createUnconfirmedEvents() {
  const keys = new Set<string>();

  return {
    /** Remembers what a transaction would have stored whose commit lost its response. */
    add(outcomes: readonly Outcome<unknown>[]): void {
      for (const outcome of outcomes)
        if (outcome.kind === "stored") keys.add(keyOf(outcome.chat, outcome.event.seq));
      for (const oldest of keys) {
        if (keys.size <= MAX_EVENTS) return;
        keys.delete(oldest);
      }
    },

    /**
     * Takes the events that a successful transaction found again. An event that this transaction stored is
     * forgotten: its `seq` became free, because the earlier commit failed.
     */
    takeFound(outcomes: readonly Outcome<unknown>[]): { chat: ChatId; seq: number }[] {
      if (keys.size === 0) return [];
      for (const outcome of outcomes)
        if (outcome.kind === "stored") keys.delete(keyOf(outcome.chat, outcome.event.seq));
      return outcomes.flatMap((outcome) =>
        outcome.kind === "duplicate" && keys.delete(keyOf(outcome.chat, outcome.seq))
          ? [{ chat: outcome.chat, seq: outcome.seq }]
          : [],
      );
    },
  };
}

function keyOf(chat: ChatId, seq: number): string {
  return `${chat} ${seq}`;
}
