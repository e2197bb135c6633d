import type { ChatId, FileId, SessionId, UserId } from "@parley/contracts/ids";
import type { ColumnType, Generated } from "kysely";

type Timestamp = ColumnType<Date, Date | string, Date | string>;
type DefaultNow = ColumnType<Date, Date | string | undefined, never>;
type NullableTimestamp = ColumnType<
  Date | null,
  Date | string | null | undefined,
  Date | string | null
>;

export interface UsersTable {
  id: UserId;
  /** Stored in lower case. */
  username: string;
  password_hash: string;
  display_name: string;
  bio: Generated<string>;
  role: Generated<"admin" | "member">;
  locale: string | null;
  /** The name of the WebP in the object store. Each upload has a new name. */
  avatar: string | null;
  last_seen_at: NullableTimestamp;
  suspended_until: NullableTimestamp;
  created_at: DefaultNow;
}

export interface SessionsTable {
  id: SessionId;
  user_id: UserId;
  user_agent: string;
  ip: string;
  created_at: DefaultNow;
  last_seen_at: Timestamp;
  expires_at: Timestamp;
}

export interface ChatsTable {
  id: ChatId;
  kind: "channel" | "group" | "direct";
  visibility: "public" | "private";
  name: string;
  topic: string;
  /** The IDs of both members of a direct chat, the lower first. Unique, so that a pair has one chat. */
  direct_key: string | null;
  /** The number of its members, which triggers of the table `members` keep. */
  members: Generated<number>;
  /** The `seq` of the chat's newest event. */
  last_seq: Generated<number>;
  /** The time of the chat's newest event, by which chats are ordered. */
  last_at: ColumnType<Date, Date | string | undefined, Date | string>;
  created_by: UserId;
  created_at: DefaultNow;
}

/** The chats that were removed and whose rows are yet to be deleted. */
export interface ChatRemovalsTable {
  chat_id: ColumnType<ChatId, ChatId, never>;
  /** The messages and changes up to this `seq` are deleted. */
  removed_seq: Generated<number>;
  requested_at: DefaultNow;
}

export interface MembersTable {
  chat_id: ChatId;
  user_id: UserId;
  role: "owner" | "admin" | "member";
  read_seq: Generated<number>;
  muted_until: NullableTimestamp;
  /** Who put the user into the chat, while the user has not accepted the request; null for all other members. */
  requested_by: ColumnType<UserId | null, UserId | null | undefined, UserId | null>;
  joined_at: DefaultNow;
}

/** When a request of one user at another last ended without being accepted. */
export interface EndedRequestsTable {
  requester_id: UserId;
  user_id: UserId;
  at: Timestamp;
}

/** The chats that users made in the last 24 hours; a row outlives its chat. */
export interface ChatCreationsTable {
  user_id: UserId;
  at: Timestamp;
}

export interface MessagesTable {
  chat_id: ChatId;
  seq: number;
  sender_id: UserId;
  client_id: string;
  body: string;
  reply_to: number | null;
  created_at: Timestamp;
  edited_at: NullableTimestamp;
  deleted_at: NullableTimestamp;
}

/** The events of chats other than messages. */
export interface ChangesTable {
  chat_id: ChatId;
  seq: number;
  kind: "edit" | "delete" | "reaction" | "member" | "chat";
  by_id: UserId;
  at: Timestamp;
  /** The `seq` of the message, for an edit, a deletion or a reaction. */
  target: number | null;
  /** The member, for a change of membership. */
  user_id: UserId | null;
  /** The fields of the event that depend on its kind. */
  detail: ColumnType<Record<string, unknown>, string, string>;
}

export interface ReactionsTable {
  chat_id: ChatId;
  seq: number;
  user_id: UserId;
  emoji: string;
  /** The `seq` of the event that added the emoji first, by which the emojis of a message are ordered. */
  since: number;
  created_at: DefaultNow;
}

export interface FilesTable {
  id: FileId;
  owner_id: UserId;
  name: string;
  type: string;
  size: number;
  width: number | null;
  height: number | null;
  thumbnail: string | null;
  created_at: DefaultNow;
}

export interface MessageFilesTable {
  chat_id: ChatId;
  seq: number;
  position: number;
  file_id: FileId;
}

export interface BlocksTable {
  blocker_id: UserId;
  blocked_id: UserId;
  created_at: DefaultNow;
  /** Null for a permanent block. */
  expires_at: NullableTimestamp;
}

export interface MentionsTable {
  chat_id: ChatId;
  seq: number;
  user_id: UserId;
}

/** The bodies of consecutive messages of a chat, indexed for search. */
export interface SearchChunksTable {
  chat_id: ChatId;
  /** Counted from 0 in each chat. */
  chunk: number;
  body: string;
  /** The time of the chunk's first message; null when the chunk has no messages. */
  first_at: NullableTimestamp;
  last_at: NullableTimestamp;
}

/** A note that a message of a chunk has changed since the chunk was written. */
export interface StaleChunksTable {
  id: Generated<number>;
  chat_id: ChatId;
  chunk: number;
}

export interface Tables {
  users: UsersTable;
  sessions: SessionsTable;
  chats: ChatsTable;
  chat_removals: ChatRemovalsTable;
  members: MembersTable;
  ended_requests: EndedRequestsTable;
  chat_creations: ChatCreationsTable;
  messages: MessagesTable;
  changes: ChangesTable;
  reactions: ReactionsTable;
  files: FilesTable;
  message_files: MessageFilesTable;
  blocks: BlocksTable;
  mentions: MentionsTable;
  search_chunks: SearchChunksTable;
  stale_chunks: StaleChunksTable;
}
