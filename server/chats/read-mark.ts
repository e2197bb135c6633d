import type { Database } from "@parley/db/open";
import type { Log } from "@parley/platform/log";
import { sql } from "kysely";
import { isDirectlyBlocked } from "../blocks/direct-block.ts";
import { PATIENCE, persistently } from "../messages/persistence.ts";
import type { Hub } from "../realtime/hub.ts";
import { findMember } from "./store.ts";

export type MarkRead = ReturnType<typeof createReadMark>;

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
 * @returns a function that resolves to false when the user is not a member.
 */
export function createReadMark({ db, hub, log }: ReadMarkDeps) {
  async function mark(user: string, chat: string, seq: number): Promise<boolean> {
    const moved = await moveForward(db, user, chat, seq);
    if (moved === null) return (await findMember(db, chat, user)) !== null;
    const frame = { type: "read" as const, chat, user, seq: moved };
    hub.toUser(user, frame);
    if (!(await isDirectlyBlocked(db, chat, new Date()))) hub.toOthers(chat, user, frame);
    return true;
  }

  return (user: string, chat: string, seq: number): Promise<boolean> =>
    persistently(log, () => mark(user, chat, seq), performance.now() + PATIENCE);
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
