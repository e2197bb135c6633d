import type { ChatEvent } from "@parley/contracts/events";
import type { ChatId } from "@parley/contracts/ids";
import type { Database } from "@parley/db/open";
import type { Refusal } from "@parley/platform/http/problem";

/** What became of a submission: an event, the event that the same submission made before, or nothing. */
export type Outcome<Result> =
  | { kind: "stored"; chat: ChatId; event: ChatEvent; result: Result }
  | { kind: "duplicate"; chat: ChatId; seq: number; result: Result }
  | { kind: "rejected"; refusal: Refusal };

/**
 * Stores submissions in one transaction.
 *
 * A transaction whose response was lost runs again, so that `storeBatch` must recognise submissions
 * that it stored before.
 * @param onDecided is called with the outcomes before the commit, which may lose its response.
 * @returns an outcome for each submission, in their order.
 */
export type StoreBatch<Submission, Result> = (
  db: Database,
  batch: readonly Submission[],
  now: Date,
  onDecided: (outcomes: readonly Outcome<Result>[]) => void,
) => Promise<Outcome<Result>[]>;
