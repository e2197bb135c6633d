import type { Message, MessagePage } from "@parley/contracts/messages";

/** How much of a chat is loaded: `partial` if the server has older messages, `whole` if not. */
export type History = "unloaded" | "loading" | "failed" | "partial" | "whole";

/** Messages around one that the user jumped to, which do not reach the newest window. */
export interface DetachedWindow {
  /** Ascending, without holes. */
  messages: Message[];
  hasOlder: boolean;
}

/** The loaded messages of a chat. */
export interface MessageWindows {
  /** The newest window: ascending, without holes; empty until it is loaded. */
  messages: Message[];
  history: History;
  /** Shown instead of the newest window, if there is one. */
  detached: DetachedWindow | null;
}

type Page = Pick<MessagePage, "messages" | "hasMore">;

export function shownMessages({ detached, messages }: MessageWindows): Message[] {
  return detached?.messages ?? messages;
}

/** Whether the first message of the chat is shown. */
export function showsBeginning({ detached, history }: MessageWindows): boolean {
  return detached ? !detached.hasOlder : history === "whole";
}

/** Whether the newest messages are loaded. */
export function holdsNewest({ history }: MessageWindows): boolean {
  return history === "partial" || history === "whole";
}

/** Adds the newest page, or the page before the newest window. */
export function addNewest<Room extends MessageWindows>(room: Room, page: Page): Room {
  const messages = merge(page.messages, room.messages);
  return join({ ...room, messages, history: page.hasMore ? "partial" : "whole" });
}

/** Shows a page around some message as the detached window. */
export function addDetached<Room extends MessageWindows>(room: Room, page: Page): Room {
  return join({ ...room, detached: { messages: page.messages, hasOlder: page.hasMore } });
}

export function addBeforeDetached<Room extends MessageWindows>(room: Room, page: Page): Room {
  if (!room.detached) return room;
  const messages = merge(page.messages, room.detached.messages);
  return { ...room, detached: { messages, hasOlder: page.hasMore } };
}

export function addAfterDetached<Room extends MessageWindows>(room: Room, page: Page): Room {
  if (!room.detached) return room;
  const messages = merge(room.detached.messages, page.messages);
  return join({ ...room, detached: { ...room.detached, messages } });
}

/** Joins the detached window and the newest one if they overlap. */
function join<Room extends MessageWindows>(room: Room): Room {
  const { detached, messages } = room;
  const [last, first] = [detached?.messages.at(-1), messages[0]];
  if (!detached || !last || !first || last.seq < first.seq) return room;
  const goesBack = (detached.messages[0]?.seq ?? 0) <= first.seq;
  const history = goesBack ? (detached.hasOlder ? "partial" : "whole") : room.history;
  return { ...room, messages: merge(detached.messages, messages), history, detached: null };
}

/** Messages that stay loaded in a room that is not shown, for a quick return. */
export const TRIMMED_LENGTH = 100;

/** Removes all but the newest messages of a room that is not shown. */
export function trim<Room extends MessageWindows>(room: Room): Room {
  if (room.messages.length <= TRIMMED_LENGTH) return { ...room, detached: null };
  return {
    ...room,
    detached: null,
    messages: room.messages.slice(-TRIMMED_LENGTH),
    history: "partial",
  };
}

/** Merges in ascending order. Of two messages with the same `seq`, that of `second` stays. */
function merge(first: readonly Message[], second: readonly Message[]): Message[] {
  const [a, b] = [first.at(-1), second[0]];
  if (!a || !b || a.seq < b.seq) return [...first, ...second];
  const bySeq = new Map([...first, ...second].map((message) => [message.seq, message]));
  return [...bySeq.values()].sort((x, y) => x.seq - y.seq);
}

/** Adds a new message, unless a page included it: the page may have a later state of it. */
export function addMessage(messages: Message[], message: Message): Message[] {
  const isLoaded = messages.some(({ seq }) => seq === message.seq);
  return isLoaded ? messages : merge(messages, [message]);
}
