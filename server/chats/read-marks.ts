import type { ChatId, UserId } from "@parley/contracts/ids";
import type { Database } from "@parley/db/open";
import { type Parameters, prepare } from "@parley/db/prepare";
import { isTransient } from "@parley/db/transient-error";
import type { Log } from "@parley/platform/process/log";
import { sql } from "kysely";
import { directChatBlocked } from "../blocks/is-direct-chat-blocked.ts";
import { WRITE_DEADLINE_MS, withRetry } from "../events/with-retry.ts";
import type { Hub } from "../realtime/hub.ts";

interface Mark {
  readonly read_seq: number;
  readonly has_moved: boolean;
  /** Whether the others are not sent the mark. */
  readonly is_hidden: boolean;
}

export type ReadMarks = ReturnType<typeof createReadMarks>;

interface ReadMarkDeps {
  db: Database;
  hub: Pick<Hub, "toOthers" | "toUser">;
  log: Log;
}

/**
 * Moves read marks forward, never past the end of the chat, and sends them to the chat. A write is
 * retried while the database is away. The others are not sent the mark in a blocked direct chat, and
 * not while the chat is a request.
 *
 * The user's own sessions are sent the mark directly, because a session that is catching up is not
 * subscribed to the chat's topic and would never receive the mark.
 */
export function createReadMarks({ db, hub, log }: ReadMarkDeps) {
  /** The target positions of marks that are being retried, by user and chat. */
  const retried = new Map<string, number>();

  /** @param isRetry whether an earlier try may have moved the mark, so that the mark is sent even if it does not move. */
  async function move(user: UserId, chat: ChatId, seq: number, isRetry: boolean): Promise<boolean> {
    const mark = await moveForward.first(db, { user, chat, seq, at: new Date() });
    if (mark === undefined) return false;
    if (mark.has_moved || isRetry) publish(user, chat, mark);
    return true;
  }

  function publish(user: UserId, chat: ChatId, { read_seq, is_hidden }: Mark): void {
    const frame = { type: "read" as const, chat, user, seq: read_seq };
    hub.toUser(user, frame);
    if (!is_hidden) hub.toOthers(chat, user, frame);
  }

  /**
   * Moves a mark, and retries while the database is away.
   * @returns false when the user is not a member.
   */
  function mark(user: UserId, chat: ChatId, seq: number, isRetry = false): Promise<boolean> {
    let tries = isRetry ? 1 : 0;
    const tryOnce = () => move(user, chat, seq, tries++ > 0);
    return withRetry(log, tryOnce, performance.now() + WRITE_DEADLINE_MS);
  }

  /** Retries a mark in the background. Marks of one user in one chat are combined to the furthest. */
  async function retryInBackground(user: UserId, chat: ChatId, seq: number): Promise<void> {
    const key = `${user} ${chat}`;
    const target = Math.max(seq, retried.get(key) ?? 0);
    const isRunning = retried.has(key);
    retried.set(key, target);
    if (isRunning) return;
    try {
      for (let done = -1; done !== retried.get(key); ) {
        done = retried.get(key) ?? done;
        await mark(user, chat, done, true);
      }
    } finally {
      retried.delete(key);
    }
  }

  return {
    mark,

    /** Moves a mark, without waiting for retries: these run in the background while the database is away. */
    async markSoon(user: UserId, chat: ChatId, seq: number): Promise<void> {
      try {
        await move(user, chat, seq, false);
      } catch (error) {
        if (!isTransient(error)) throw error;
        retryInBackground(user, chat, seq).catch((err) =>
          log.warn({ err }, "moving a read mark failed"),
        );
      }
    },
  };
}

interface Move {
  readonly user: UserId;
  readonly chat: ChatId;
  readonly seq: number;
  readonly at: Date;
}

/**
 * Moves a mark forward, and reads where it is then; no row for a user who is not a member.
 *
 * The second part sees the row before the update: where nothing moved, the mark is where it was.
 */
const moveForward = prepare(
  (_db, { user, chat, seq, at }: Parameters<Move>) => sql<Mark>`
    with moved as (
      update members set read_seq = least(${seq}::bigint, chats.last_seq)
      from (select last_seq from chats where id = ${chat} limit 1) as chats
      where members.chat_id = ${chat} and members.user_id = ${user}
        and members.read_seq < least(${seq}::bigint, chats.last_seq)
      returning members.read_seq
    )
    select coalesce(moved.read_seq, mine.read_seq) as read_seq, moved.read_seq is not null as has_moved,
      mine.requested_by is not null or ${directChatBlocked(chat, at)} as is_hidden
    from members as mine left join moved on true
    where mine.chat_id = ${chat} and mine.user_id = ${user}
  `,
);
