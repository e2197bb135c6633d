import type { Database } from "@parley/db/open";
import { sql } from "kysely";
import { isDirectlyBlocked } from "../blocks/direct-block.ts";
import type { Hub } from "../realtime/hub.ts";
import { findMember } from "./store.ts";

export type MarkRead = ReturnType<typeof createReadMark>;

/**
 * Moves read marks: forward only, and never past the end of the chat. A block in a direct chat keeps
 * them from the other, as it does presence.
 *
 * @returns a function that resolves to false when the user is not a member.
 */
export function createReadMark({ db, hub }: { db: Database; hub: Pick<Hub, "toChat" | "toUser"> }) {
  return async function markRead(user: string, chat: string, seq: number): Promise<boolean> {
    const moved = await moveForward(db, user, chat, seq);
    if (moved === null) return (await findMember(db, chat, user)) !== null;
    const frame = { type: "read" as const, chat, user, seq: moved };
    if (await isDirectlyBlocked(db, chat, new Date())) hub.toUser(user, frame);
    else hub.toChat(chat, frame);
    return true;
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
