import type { MemberRole, Visibility } from "@parley/contracts/chats";
import type { MemberAction } from "@parley/contracts/events";
import type { Database } from "@parley/db/open";
import type { Tables } from "@parley/db/schema";
import type { Transaction } from "kysely";

export type Tx = Transaction<Tables>;

/** Either the database or a transaction on it: what a query that serves both takes. */
export type Queryable = Database | Tx;

/** How many people react to a message with an emoji. */
export interface ReactionCount {
  readonly emoji: string;
  readonly count: number;
}

/** Something durable besides a message; the writer gives it its `seq` and time. */
export type NewChange = { chat: string; by: string } & (
  | {
      kind: "member";
      user: string;
      action: MemberAction;
      role: MemberRole;
      mutedUntil: Date | null;
    }
  | { kind: "chat"; name: string; topic: string; visibility: Visibility }
  | { kind: "edit"; target: number; reactions: readonly ReactionCount[] }
  | { kind: "delete"; target: number }
  | { kind: "reaction"; target: number; emoji: string; added: boolean; count: number }
);

/**
 * A transaction of the writer, for everything durable that is not a message.
 *
 * Whatever throws in it (a `Refusal` as well) undoes all of it.
 */
export interface ChangeScope {
  readonly tx: Tx;
  /** The time of all that is recorded. */
  readonly now: Date;
  /** Gives the change its place in the chat's sequence, and stores it; its event is published after the commit. */
  record(change: NewChange): Promise<number>;
  /** Records changes of one chat together, with as many statements as one. */
  recordAll(changes: readonly NewChange[]): Promise<void>;
  /** Runs after the commit, in the order of the calls among the events recorded, before anything else is written. */
  afterCommit(effect: () => void | Promise<void>): void;
}
