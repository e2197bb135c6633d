import type { Database } from "@parley/db/open";
import { isTransient } from "@parley/db/transient-error";
import type { Log } from "@parley/platform/process/log";
import { sql } from "kysely";
import { isDirectChatBlocked } from "../blocks/is-direct-chat-blocked.ts";
import { WRITE_DEADLINE_MS, withRetry } from "../events/with-retry.ts";
import type { Hub } from "../realtime/hub.ts";
import { findMember } from "./store.ts";

export type ReadMarks = ReturnType<typeof createReadMarks>;

export interface ReadMarkDeps {
  db: Database;
  hub: Pick<Hub, "toOthers" | "toUser">;
  log: Log;
}

/**
 * Moves read marks: forward only, and never past the end of the chat; a database that is away for a
 * while is waited for. A block in a direct chat keeps them from the other, as it does presence.
 *
 * The user's own sessions are told each by itself: one that catches up does not hear the chat's topic
 * meanwhile, and nothing else would ever tell it.
 */
export function createReadMarks({ db, hub, log }: ReadMarkDeps) {
  /** How far those marks shall move that wait for the database, by user and chat. */
  const waiting = new Map<string, number>();

  /** @param isAgain the answer to the first try was lost: where nothing moves, the mark is told as it is. */
  async function move(user: string, chat: string, seq: number, isAgain: boolean): Promise<boolean> {
    const moved = await moveForward(db, user, chat, seq);
    const member = moved === null ? await findMember(db, chat, user) : null;
    if (moved === null && member === null) return false;
    if (moved !== null || isAgain) await tell(user, chat, moved ?? member?.read_seq ?? 0);
    return true;
  }

  async function tell(user: string, chat: string, seq: number): Promise<void> {
    const frame = { type: "read" as const, chat, user, seq };
    hub.toUser(user, frame);
    if (!(await isDirectChatBlocked(db, chat, new Date()))) hub.toOthers(chat, user, frame);
  }

  /** @returns false when the user is not a member. */
  function mark(user: string, chat: string, seq: number, isAgain = false): Promise<boolean> {
    let tries = isAgain ? 1 : 0;
    const next = () => move(user, chat, seq, tries++ > 0);
    return withRetry(log, next, performance.now() + WRITE_DEADLINE_MS);
  }

  /** Waits beside for the database, for the furthest of all marks of one user in one chat. */
  async function markLater(user: string, chat: string, seq: number): Promise<void> {
    const key = `${user} ${chat}`;
    const further = Math.max(seq, waiting.get(key) ?? 0);
    const isUnderWay = waiting.has(key);
    waiting.set(key, further);
    if (isUnderWay) return;
    try {
      for (let done = -1; done !== waiting.get(key); ) {
        done = waiting.get(key) ?? done;
        await mark(user, chat, done, true);
      }
    } finally {
      waiting.delete(key);
    }
  }

  return {
    mark,

    /** Tries once; while the database is away it goes on beside, so that nobody is held up. */
    async markSoon(user: string, chat: string, seq: number): Promise<void> {
      try {
        await move(user, chat, seq, false);
      } catch (error) {
        if (!isTransient(error)) throw error;
        markLater(user, chat, seq).catch((error) =>
          log.warn({ error: String(error) }, "a read mark was given up"),
        );
      }
    },
  };
}

/** @returns where the mark is now; null when it did not move. */
async function moveForward(
  db: Database,
  user: string,
  chat: string,
  seq: number,
): Promise<number | null> {
  const { rows } = await sql<{ read_seq: number }>`
    update members set read_seq = least(${seq}::bigint, chats.last_seq) from chats
    where chats.id = members.chat_id and members.chat_id = ${chat} and members.user_id = ${user}
      and members.read_seq < least(${seq}::bigint, chats.last_seq)
    returning members.read_seq
  `.execute(db);
  return rows[0]?.read_seq ?? null;
}
