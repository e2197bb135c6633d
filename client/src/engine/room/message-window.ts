import type { Message, MessagePage } from "@parley/contracts/messages";

/** How much of the past is here: `partial` has older messages on the server, `whole` has not. */
export type History = "unloaded" | "loading" | "failed" | "partial" | "whole";

/** A stretch of the past that was jumped to, and that does not reach the newest messages yet. */
export interface DetachedWindow {
  /** Without holes, ascending. */
  messages: Message[];
  hasOlder: boolean;
}

/** What {@link Room} has of its chat's messages. */
export interface MessageWindows {
  /** The newest messages without holes, ascending; kept only once they were asked for. */
  messages: Message[];
  history: History;
  /** Shown instead of the newest messages while it is there. */
  detached: DetachedWindow | null;
}

type Page = Pick<MessagePage, "messages" | "hasMore">;

export function shownMessages({ detached, messages }: MessageWindows): Message[] {
  return detached?.messages ?? messages;
}

/** Whether all older messages than those shown are here as well. */
export function showsBeginning({ detached, history }: MessageWindows): boolean {
  return detached ? !detached.hasOlder : history === "whole";
}

/** Whether the newest messages are here. */
export function holdsNewest({ history }: MessageWindows): boolean {
  return history === "partial" || history === "whole";
}

/** Adds the newest page, or one older than all of the newest stretch. */
export function addNewest<Room extends MessageWindows>(room: Room, page: Page): Room {
  const messages = merge(page.messages, room.messages);
  return join({ ...room, messages, history: page.hasMore ? "partial" : "whole" });
}

/** Puts up a stretch of the past around some message. */
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

/** A past that has come to the newest messages becomes one with them. */
function join<Room extends MessageWindows>(room: Room): Room {
  const { detached, messages } = room;
  const [last, first] = [detached?.messages.at(-1), messages[0]];
  if (!detached || !last || !first || last.seq < first.seq) return room;
  const goesBack = (detached.messages[0]?.seq ?? 0) <= first.seq;
  const history = goesBack ? (detached.hasOlder ? "partial" : "whole") : room.history;
  return { ...room, messages: merge(detached.messages, messages), history, detached: null };
}

/** Messages kept of a room that nobody looks at: coming back shows them before the network is asked. */
export const TRIMMED_LENGTH = 100;

/** Forgets all but the newest messages of a room that nobody looks at. */
export function trim<Room extends MessageWindows>(room: Room): Room {
  if (room.messages.length <= TRIMMED_LENGTH) return { ...room, detached: null };
  return {
    ...room,
    detached: null,
    messages: room.messages.slice(-TRIMMED_LENGTH),
    history: "partial",
  };
}

/** Ascending and each once; of two with one `seq` the later given stays. */
function merge(first: readonly Message[], second: readonly Message[]): Message[] {
  const [a, b] = [first.at(-1), second[0]];
  if (!a || !b || a.seq < b.seq) return [...first, ...second];
  const bySeq = new Map([...first, ...second].map((message) => [message.seq, message]));
  return [...bySeq.values()].sort((x, y) => x.seq - y.seq);
}

/** Adds what was just said; a page may have brought it already, and then knows more of it. */
export function addMessage(messages: Message[], message: Message): Message[] {
  const isHere = messages.some(({ seq }) => seq === message.seq);
  return isHere ? messages : merge(messages, [message]);
}
