import type { ChatEvent } from "@parley/contracts/events";
import type { ChatId } from "@parley/contracts/ids";
import type { Database } from "@parley/db/open";
import type { Refusal } from "@parley/platform/http/problem";

/**
 * What became of a submission: an event, the event that the same submission made before (`at`: in a
 * transaction of that time), or nothing.
 */
export type Outcome<Result> =
  | { kind: "stored"; chat: ChatId; event: ChatEvent; result: Result }
  | { kind: "duplicate"; chat: ChatId; seq: number; at: Date; result: Result }
  | { kind: "rejected"; refusal: Refusal };

/**
 * Stores submissions in one transaction.
 *
 * A transaction whose response was lost runs again, so that `storeBatch` must recognise submissions
 * that it stored before.
 * @param now the time of the events that are stored.
 * @returns an outcome for each submission, in their order.
 */
export type StoreBatch<Submission, Result> = (
  db: Database,
  batch: readonly Submission[],
  now: Date,
) => Promise<Outcome<Result>[]>;
