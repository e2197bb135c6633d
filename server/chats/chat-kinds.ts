import type { MemberRole, Visibility } from "@parley/contracts/chats";
import type { ChatEvent, MemberAction } from "@parley/contracts/events";
import type { ChatId, UserId } from "@parley/contracts/ids";
import type { User } from "@parley/contracts/users";
import type { QueryExecutorProvider } from "kysely";
import {
  type ChangeRow,
  commonFields,
  type KindDefinition,
  type NewEvent,
} from "../events/kinds.ts";

export interface MemberKindDeps {
  /** Shows users without the fields that depend on the reader. */
  showNeutral(ids: readonly string[], q: QueryExecutorProvider): Promise<Map<string, User>>;
}

export function createMemberKind({ showNeutral }: MemberKindDeps): KindDefinition<"changes"> {
  return {
    table: "changes",
    async show(db, rows) {
      const users = await showNeutral(rows.map(userOf), db);
      return rows.map((row) => memberEvent(row, users.get(userOf(row)) ?? goneUser(row)));
    },
  };
}

export const chatKind: KindDefinition<"changes"> = {
  table: "changes",
  show: async (_, rows) => rows.map(chatEvent),
};

function memberEvent(row: ChangeRow, user: User): ChatEvent {
  const { action, role, mutedUntil } = row.detail;
  return {
    ...commonFields(row),
    kind: "member",
    user,
    action: action as MemberAction,
    role: role as MemberRole,
    mutedUntil: mutedUntil as string | null,
  };
}

function chatEvent(row: ChangeRow): ChatEvent {
  const { name, topic, visibility } = row.detail;
  return {
    ...commonFields(row),
    kind: "chat",
    name: name as string,
    topic: topic as string,
    visibility: visibility as Visibility,
  };
}

const userOf = ({ user_id }: ChangeRow) => user_id ?? "";

/** A user whose account is gone: the event keeps its place in the sequence. */
function goneUser(row: ChangeRow): User {
  return {
    id: userOf(row),
    username: "",
    displayName: "",
    bio: "",
    role: "member",
    avatar: null,
    online: false,
    lastSeenAt: null,
    createdAt: row.at.toISOString(),
  };
}

interface MemberChanged {
  readonly chat: ChatId;
  readonly by: UserId;
  readonly user: UserId;
  readonly action: MemberAction;
  readonly role: MemberRole;
  readonly mutedUntil: Date | null;
}

/** A user joined or left a chat, or their role or mute changed there. */
export function memberChanged({ chat, by, user, ...detail }: MemberChanged): NewEvent {
  return { kind: "member", chat, by, user, detail };
}

interface ChatChanged {
  readonly chat: ChatId;
  readonly by: UserId;
  readonly name: string;
  readonly topic: string;
  readonly visibility: Visibility;
}

/** The name, topic or visibility of a chat changed. */
export function chatChanged({ chat, by, name, topic, visibility }: ChatChanged): NewEvent {
  return { kind: "chat", chat, by, detail: { name, topic, visibility } };
}
