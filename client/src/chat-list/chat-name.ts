import type { Chat } from "@parley/contracts/chats";
import type { User } from "@parley/contracts/users";
import type { Session } from "../engine/session/session.ts";
import { chatWords as t } from "../i18n/chat-words.ts";

/** A chat as people call it: a channel’s or group’s name, or the other person’s. */
export function chatName(session: Session, chat: Chat): string {
  if (chat.kind !== "direct") return chat.name;
  const peer = peerOf(session, chat);
  return peer?.displayName ?? t().formerUser;
}

/** A chat as a title names it: a channel with its sign. */
export function chatTitle(session: Session, chat: Chat): string {
  const name = chatName(session, chat);
  return chat.kind === "channel" ? `#${name}` : name;
}

export function peerOf(session: Session, chat: Chat): User | undefined {
  return chat.peer && (session.state.users[chat.peer.id] ?? chat.peer);
}
