import type { Chat } from "@parley/contracts/chats";
import type { User } from "@parley/contracts/users";
import type { Session } from "../engine/session/session.ts";
import { chatWords as t } from "../i18n/chat-words.ts";

/** The name of a channel or group; of a direct chat, the name of the other person. */
export function chatName(session: Session, chat: Chat): string {
  if (chat.kind !== "direct") return chat.name;
  const peer = peerOf(session, chat);
  return peer?.displayName ?? t().formerUser;
}

/** The name of a chat, with “#” before that of a channel. */
export function chatTitle(session: Session, chat: Chat): string {
  const name = chatName(session, chat);
  return chat.kind === "channel" ? `#${name}` : name;
}

/** The other person of a direct chat, with the newest profile that is known. */
export function peerOf(session: Session, chat: Chat): User | undefined {
  return chat.peer && (session.state.users[chat.peer.id] ?? chat.peer);
}
