import type { Transaction } from "@parley/db/queryable";
import type { NewEvent } from "./kinds.ts";

/**
 * A transaction of the writer, for every durable event that is not a message.
 *
 * An error thrown in the transaction (a `Refusal` too) undoes the whole transaction.
 */
export interface EventTransaction {
  readonly tx: Transaction;
  /** The time of every event of the transaction. */
  readonly now: Date;
  /**
   * Stores an event with the next `seq` of its chat. The event is published after the commit.
   * @returns the event's `seq`.
   */
  append(event: NewEvent): Promise<number>;
  /** Appends events of one chat with as many statements as one event needs. */
  appendAll(events: readonly NewEvent[]): Promise<void>;
  /**
   * Registers a callback for after the commit. Callbacks and publications run in the order of the
   * calls of `afterCommit` and `append`, before anything else is written.
   */
  afterCommit(effect: () => void | Promise<void>): void;
}

/** Runs transactions that append events. */
export interface EventWriter {
  /**
   * Runs `work` in a transaction of its own, after everything that was queued before it.
   * @param work runs again when its transaction was rolled back because of a transient error.
   * @throws Refusal `unavailable` while the database is away, `overloaded` when the queue is full.
   */
  transact<T>(work: (transaction: EventTransaction) => Promise<T>): Promise<T>;
}
