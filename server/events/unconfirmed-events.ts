import type { ChatId } from "@parley/contracts/ids";
import type { Outcome } from "./store-outcome.ts";

/** As many as the writer queues; the oldest are forgotten first. */
const MAX_TRIES = 20_000;

/**
 * Knows the submissions whose transaction lost its response: the database has stored them or not.
 *
 * A stored one is found again as the duplicate of a retry, by the writer or by the client. It is then
 * published as if the response had arrived. The time of the transaction tells it from an event that was
 * stored, and published, before.
 * @param keyOf identifies a submission over all its tries.
 */
export function createUnconfirmedEvents<Submission>(keyOf: (submission: Submission) => string) {
  const tries = new Set<string>();

  const tryKey = (submission: Submission, at: Date) => `${keyOf(submission)} ${at.getTime()}`;

  return {
    /** Remembers the submissions of a transaction that failed. @param at the time of the transaction. */
    add(batch: readonly Submission[], at: Date): void {
      for (const submission of batch) tries.add(tryKey(submission, at));
      for (const oldest of tries) {
        if (tries.size <= MAX_TRIES) return;
        tries.delete(oldest);
      }
    },

    /** Takes the events that a successful transaction found again. @param outcomes those of `batch`, in its order. */
    takeFound(
      batch: readonly Submission[],
      outcomes: readonly Outcome<unknown>[],
    ): { chat: ChatId; seq: number }[] {
      if (tries.size === 0) return [];
      return batch.flatMap((submission, index) => {
        const outcome = outcomes[index];
        return outcome?.kind === "duplicate" && tries.delete(tryKey(submission, outcome.at))
          ? [{ chat: outcome.chat, seq: outcome.seq }]
          : [];
      });
    },
  };
}
