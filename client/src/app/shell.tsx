import type { Chat } from "@parley/contracts/chats";
import type { Message } from "@parley/contracts/messages";
import type { User } from "@parley/contracts/users";
import { createContext, useContext } from "solid-js";
import { ApiError } from "../engine/api/request.ts";
import type { Session } from "../engine/session/session.ts";
import { chatWords as t } from "../i18n/chat-words.ts";
import { entryWords } from "../i18n/entry-words.ts";

/** The ways to a chat that is not in the list yet. */
export type NewChatTab = "direct" | "group" | "channel" | "browse";

/** What may lie over the page; one at a time. */
export type Overlay =
  | { kind: "jump" }
  | { kind: "new_chat"; tab?: NewChatTab }
  | { kind: "settings" }
  | { kind: "unsent" }
  | { kind: "person"; user: string }
  | { kind: "members"; chat: string }
  | { kind: "leave"; chat: string }
  | { kind: "search"; chat: string }
  | MessageMenuOverlay
  | ({ kind: "delete_message" } & MessagePlace);

export interface MessagePlace {
  chat: string;
  seq: number;
}

/** What one may do with a message: beside the button that asked for it, or as a sheet. */
export interface MessageMenuOverlay extends MessagePlace {
  kind: "message_menu";
  part: "reactions" | "actions" | "all";
  beside: DOMRect | null;
}

/** What the composer writes. */
export type Writing = { kind: "new" } | ({ kind: "reply" | "edit" } & MessagePlace);

export interface Shell {
  session: Session;
  show: (overlay: Overlay | null) => void;
  writing: () => Writing;
  write: (writing: Writing) => void;
  /** The message that was jumped to last. */
  targetMessage: () => MessagePlace | null;
  /** Goes to a message, wherever it is. */
  jumpToMessage: (place: MessagePlace) => void;
  /** Says in a line what went wrong with something small. */
  notify: (text: string) => void;
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
  if (!user) session.people.ensureLoaded(id);
  return user;
}

export function personName(session: Session, id: string): string {
  return person(session, id)?.displayName ?? t().someone;
}

/** Reacts, or takes it back; a refusal is told in a line. */
export function react({ session, notify }: Shell, message: Message, emoji: string, isOn: boolean) {
  session.messages.react(message, emoji, isOn).catch((error) => {
    if (!(error instanceof ApiError)) throw error;
    notify(entryWords().problems[error.code]);
  });
}

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
