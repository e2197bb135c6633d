import type { Chat } from "@parley/contracts/chats";
import type { User } from "@parley/contracts/users";
import { createContext, useContext } from "solid-js";
import { chatWords as t } from "../i18n/chat-words.ts";
import type { Session } from "../state/session.ts";

/** What may lie over the page; one at a time. */
export type Overlay =
  | { kind: "jump" }
  | { kind: "new_chat" }
  | { kind: "settings" }
  | { kind: "unsent" }
  | { kind: "person"; user: string }
  | { kind: "members"; chat: string };

export interface Shell {
  session: Session;
  show: (overlay: Overlay | null) => void;
  /** Goes to a chat, or to the list. */
  go: (chat: string | null) => void;
}

const ShellContext = createContext<Shell>();

export const ShellProvider = ShellContext.Provider;

export function useShell(): Shell {
  const shell = useContext(ShellContext);
  if (!shell) throw new Error("this component stands outside of the chat page");
  return shell;
}

/** A person by ID; one who is not known yet is fetched, and appears when they are. */
export function person(session: Session, id: string): User | undefined {
  const user = session.state.users[id];
  if (!user) session.want(id);
  return user;
}

export function personName(session: Session, id: string): string {
  return person(session, id)?.displayName ?? t().someone;
}

/** A chat as people call it: a channel’s or group’s name, or the other person’s. */
export function chatName(session: Session, chat: Chat): string {
  if (chat.kind !== "direct") return chat.name;
  const peer = peerOf(session, chat);
  return peer?.displayName ?? t().formerUser;
}

export function peerOf(session: Session, chat: Chat): User | undefined {
  return chat.peer && (session.state.users[chat.peer.id] ?? chat.peer);
}
