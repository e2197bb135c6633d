import type { Bootstrap } from "@parley/contracts/bootstrap";
import type { Chat } from "@parley/contracts/chats";
import { isKnownEvent, type ReceivedEvent } from "@parley/contracts/events";
import type { ClientFrame } from "@parley/contracts/frames";
import type { ChatId } from "@parley/contracts/ids";
import type { Message } from "@parley/contracts/messages";
import { batch } from "solid-js";
import type { ChatHistory } from "../history/history.ts";
import type { People } from "../people/people.ts";
import { applyEvent } from "../room/apply-event.ts";
import { type EventListeners, kindOf } from "../room/event-kinds.ts";
import { orderEvents } from "../room/event-order.ts";
import { TRIMMED_LENGTH, trim } from "../room/message-window.ts";
import { moveReadMark } from "../room/read-mark.ts";
import { refreshRoom } from "../room/refresh-room.ts";
import { newRoom, type Room } from "../room/room.ts";
import { adoptBlocks } from "./adopt-blocks.ts";
import type { AppStore } from "./app-state.ts";
import { createFurtherChats, type FurtherChatsDeps } from "./further-chats.ts";
import { createRefresh } from "./refresh.ts";
import { createResume } from "./resume.ts";

export type Sync = ReturnType<typeof createSync>;

interface SyncDeps {
  store: AppStore;
  people: People;
  history: ChatHistory;
  send: (frame: ClientFrame) => boolean;
  api: FurtherChatsDeps["api"];
  fetchBootstrap: () => Promise<Bootstrap>;
  listeners: EventListeners;
  /** The chat has reached `seq`, with these new messages. */
  onArrived: (chat: ChatId, seq: number, messages: readonly Message[]) => void;
  /** The chat on the screen, whose messages are kept loaded. */
  viewed: () => string | null;
  random: () => number;
}

/** Keeps every chat at its sequence: applies the next events, and requests those that are missing. */
export function createSync(deps: SyncDeps) {
  const { store, people, history, send, listeners, onArrived, viewed, random } = deps;
  const { state, setState, changeRoom } = store;
  /** Events whose predecessors have not arrived. */
  const ahead = new Map<string, ReceivedEvent[]>();
  /** Chats that missed too many events to replay: the next bootstrap resets them. */
  const stale = new Set<string>();
  const further = createFurtherChats({
    ...{ store, people, api: deps.api, fetchBootstrap: deps.fetchBootstrap },
    adopt: upsertChats,
    refresh: () => void refreshing.tryRefresh(),
  });
  const refreshing = createRefresh(further.fetchStart, adopt);
  const resume = createResume({ state, send, onComplete, random });

  function onComplete(chats: ReadonlySet<ChatId>): void {
    // A replay is complete, so that no event exists that could fill a remaining hole.
    for (const chat of chats) if (ahead.has(chat)) stale.add(chat);
    if (stale.size > 0) void refreshing.tryRefresh();
  }

  function onEvents(chat: ChatId, arrived: readonly ReceivedEvent[]): void {
    const room = state.rooms[chat];
    if (!room) further.onUnknown([chat]);
    if (!room || stale.has(chat)) return;
    const ordered = orderEvents(room.seq, ahead.get(chat) ?? [], arrived);
    if (ordered.ahead.length > 0) ahead.set(chat, ordered.ahead);
    else ahead.delete(chat);
    if (ordered.ready.length > 0) apply(chat, ordered.ready);
    if (ordered.ahead.length > 0 && !resume.isPending(chat)) resume.request([chat]);
  }

  function apply(chat: ChatId, events: readonly ReceivedEvent[]): void {
    const known = events.filter(isKnownEvent);
    const reader = store.reader();
    batch(() => {
      changeRoom(chat, (room) => {
        const next = events.reduce<Room>((now, event) => applyEvent(now, event, reader), room);
        const isSmall = next.messages.length < 2 * TRIMMED_LENGTH;
        return viewed() === chat || isSmall ? next : trim(next);
      });
      history.recordEvents(chat, known);
      for (const event of known) kindOf(event).notify?.(listeners, chat, event);
      arrive(
        chat,
        known.flatMap((event) => kindOf(event).message?.(event) ?? []),
      );
    });
  }

  function arrive(chat: ChatId, messages: readonly Message[]): void {
    onArrived(chat, state.rooms[chat]?.seq ?? 0, messages);
  }

  /** @param chats the last `seq` of chats: a page that is behind has missed events. */
  function onHeads(chats: Readonly<Record<string, number>>): void {
    const known = Object.keys(chats).filter((chat) => state.rooms[chat]);
    const unknown = Object.keys(chats).filter((chat) => !state.rooms[chat]);
    if (unknown.length > 0 && !state.moreChats) void refreshing.tryRefresh();
    else refreshing.retryIfFailed();
    further.onUnknown(unknown);
    resume.request(known.filter((chat) => (state.rooms[chat]?.seq ?? 0) < (chats[chat] ?? 0)));
  }

  function onReset(chat: ChatId): void {
    stale.add(chat);
  }

  function adopt({ me, chats, moreChats, users, blocks }: Bootstrap): void {
    let reset: string[] = [];
    batch(() => {
      people.upsert([...users, ...chats.flatMap(({ peer }) => peer ?? []), me]);
      adoptBlocks(store, blocks);
      const present = new Set(chats.map(({ id }) => id));
      for (const id of Object.keys(state.rooms)) if (!present.has(id)) dropChat(id);
      reset = chats.filter(adoptChat).map(({ id }) => id);
      setState({ moreChats, phase: { kind: "ready", me: me.id } });
    });
    resume.request(reset);
    // A room that is ahead of the server's count may count mentions by a user who is blocked.
    if (Object.values(state.rooms).some((room) => !room.counts.isExact)) refreshing.invalidate();
  }

  /** Takes over the server's current description of chats, which may be new to this page. */
  function upsertChats(chats: readonly Chat[]): void {
    refreshing.invalidate();
    resume.request(chats.filter(adoptChat).map(({ id }) => id));
  }

  /**
   * @returns whether the room was reset. Then events may be missing that arrived after the server read
   * the chat and before there was a room.
   */
  function adoptChat(chat: Chat): boolean {
    const room = state.rooms[chat.id];
    if (room && !stale.has(chat.id)) {
      setState("rooms", chat.id, refreshRoom(room, chat, store.reader()));
      return false;
    }
    stale.delete(chat.id);
    ahead.delete(chat.id);
    history.abandon(chat.id);
    // The server may not have received the last read mark of this page.
    const readSeq = room?.chat.readSeq ?? 0;
    setState("rooms", chat.id, moveReadMark(newRoom(chat), readSeq, store.reader()));
    arrive(chat.id, chat.lastMessage ? [chat.lastMessage] : []);
    if (viewed() === chat.id) void history.open(chat.id);
    return true;
  }

  function removeChat(chat: ChatId): void {
    refreshing.invalidate();
    dropChat(chat);
  }

  function dropChat(chat: ChatId): void {
    ahead.delete(chat);
    history.abandon(chat);
    store.forget("rooms", chat);
  }

  function stop(): void {
    resume.stop();
    refreshing.stop();
  }

  return {
    ...refreshing,
    onConnected: resume.onConnected,
    onResumed: resume.onResumed,
    onRefused: resume.onRefused,
    onEvents,
    onHeads,
    onReset,
    upsertChats,
    loadMoreChats: further.loadMore,
    removeChat,
    stop,
  };
}
