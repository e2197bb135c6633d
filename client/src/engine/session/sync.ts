import type { Bootstrap } from "@parley/contracts/bootstrap";
import type { Chat } from "@parley/contracts/chats";
import { type ChatEvent, isKnownEvent, type ReceivedEvent } from "@parley/contracts/events";
import type { ClientFrame } from "@parley/contracts/frames";
import type { Message } from "@parley/contracts/messages";
import { batch } from "solid-js";
import type { ChatHistory } from "../history/history.ts";
import type { People } from "../people/people.ts";
import { orderEvents } from "../room/event-order.ts";
import { TRIMMED_LENGTH, trim } from "../room/message-window.ts";
import {
  applyEvent,
  moveReadMark,
  newRoom,
  type Room,
  recountRoomMentions,
  refreshRoom,
} from "../room/room.ts";
import type { AppStore } from "./app-state.ts";
import { createRefresh } from "./refresh.ts";

export type Sync = ReturnType<typeof createSync>;

/** Seconds until a `resume` that was refused is tried again, and how much the tries spread. */
const RESUME_RETRY_S = 1;
const RESUME_JITTER_S = 2;

/** So many chats in one `resume` stay well within the largest frame. */
const MAX_CHATS_PER_RESUME = 1_000;

interface SyncDeps {
  store: AppStore;
  people: People;
  history: ChatHistory;
  send: (frame: ClientFrame) => boolean;
  fetchBootstrap: () => Promise<Bootstrap>;
  /** Told of every event as it is applied. */
  onEvent: (chat: string, event: ChatEvent) => void;
  /** Told of every message as it arrives, and of how far its chat has come. */
  onArrived: (chat: string, seq: number, messages: readonly Message[]) => void;
  /** The chat on the screen, which must never be without its messages. */
  shown: () => string | null;
  random: () => number;
}

/** Keeps every chat at its one sequence: applies what is next, asks for what is missing. */
export function createSync(deps: SyncDeps) {
  const { store, people, history, send, fetchBootstrap, onEvent, onArrived, shown, random } = deps;
  const { state, setState, changeRoom } = store;
  const ahead = new Map<string, ReceivedEvent[]>();
  /** Chats asked for by a `resume` that is not answered yet. */
  const asked = new Set<string>();
  /** Chats whose missing events were too many: the next bootstrap begins them anew. */
  const stale = new Set<string>();
  let unanswered = 0;
  let resuming: ReturnType<typeof setTimeout> | undefined;
  const refreshing = createRefresh(fetchBootstrap, adopt);

  /** A (new) session: what was on its way is lost, and each chat is asked for what it missed. */
  function onConnected(): void {
    clearTimeout(resuming);
    asked.clear();
    unanswered = 0;
    resume(Object.keys(state.rooms));
  }

  function resume(chats: readonly string[]): void {
    for (let start = 0; start < chats.length; start += MAX_CHATS_PER_RESUME) {
      const part = chats.slice(start, start + MAX_CHATS_PER_RESUME);
      const seqs = part.map((chat) => [chat, state.rooms[chat]?.seq ?? 0] as const);
      if (!send({ type: "resume", chats: Object.fromEntries(seqs) })) return;
      for (const chat of part) asked.add(chat);
      unanswered++;
    }
  }

  function onResumed(): void {
    unanswered = Math.max(0, unanswered - 1);
    if (unanswered > 0) return;
    // A replay runs to the end: a hole that is left has no event that could fill it.
    for (const chat of asked) if (ahead.has(chat)) stale.add(chat);
    asked.clear();
    if (stale.size > 0) void refreshing.tryRefresh();
  }

  /**
   * The server took in a frame not now. It does not say which: when it may have been a `resume`,
   * all chats are asked for again. @param retryAfter in seconds.
   */
  function onRefused(retryAfter = RESUME_RETRY_S): void {
    if (unanswered === 0) return;
    clearTimeout(resuming);
    resuming = setTimeout(onConnected, (retryAfter + random() * RESUME_JITTER_S) * 1_000);
  }

  function stop(): void {
    clearTimeout(resuming);
    refreshing.stop();
  }

  function onEvents(chat: string, arrived: readonly ReceivedEvent[]): void {
    const room = state.rooms[chat];
    if (!room || stale.has(chat)) return;
    const ordered = orderEvents(room.seq, ahead.get(chat) ?? [], arrived);
    if (ordered.ahead.length > 0) ahead.set(chat, ordered.ahead);
    else ahead.delete(chat);
    if (ordered.ready.length > 0) apply(chat, ordered.ready);
    if (ordered.ahead.length > 0 && !asked.has(chat)) resume([chat]);
  }

  function apply(chat: string, ready: readonly ReceivedEvent[]): void {
    const events = ready.filter(isKnownEvent);
    const seq = ready.at(-1)?.seq ?? 0;
    const reader = store.reader();
    batch(() => {
      for (const event of events) if (event.kind === "member") people.updateNames(event.user);
      changeRoom(chat, (room) => {
        const applied = events.reduce<Room>((now, event) => applyEvent(now, event, reader), room);
        // Events of an unknown kind take their place in the sequence, and change nothing.
        const next = applied.seq < seq ? { ...applied, seq } : applied;
        return shown() === chat || next.messages.length < 2 * TRIMMED_LENGTH ? next : trim(next);
      });
      history.recordEvents(chat, events);
      for (const event of events) onEvent(chat, event);
      arrive(
        chat,
        events.flatMap((event) => (event.kind === "message" ? [event.message] : [])),
      );
    });
  }

  function arrive(chat: string, messages: readonly Message[]): void {
    onArrived(chat, state.rooms[chat]?.seq ?? 0, messages);
  }

  function onHeads(chats: Readonly<Record<string, number>>): void {
    const known = Object.keys(chats).filter((chat) => state.rooms[chat]);
    if (known.length < Object.keys(chats).length) void refreshing.tryRefresh();
    else refreshing.retryIfFailed();
    resume(known.filter((chat) => (state.rooms[chat]?.seq ?? 0) < (chats[chat] ?? 0)));
  }

  function onReset(chat: string): void {
    stale.add(chat);
  }

  function adopt({ me, chats, users, blocks }: Bootstrap): void {
    let begun: string[] = [];
    batch(() => {
      people.upsert([...users, ...peersOf(chats), me]);
      adoptBlocks(blocks);
      const present = new Set(chats.map(({ id }) => id));
      for (const id of Object.keys(state.rooms)) if (!present.has(id)) dropChat(id);
      begun = chats.filter(adoptChat).map(({ id }) => id);
      setState("phase", { kind: "ready", me: me.id });
    });
    resume(begun);
    // A room that is ahead of what the server counted may count mentions of somebody who is blocked.
    if (Object.values(state.rooms).some((room) => !room.counts.isExact)) refreshing.invalidate();
  }

  function adoptBlocks(blocks: Bootstrap["blocks"]): void {
    const known = Object.keys(state.blocks).toSorted();
    const told = blocks.map(({ user }) => user.id).toSorted();
    for (const id of known) store.forget("blocks", id);
    for (const block of blocks) setState("blocks", block.user.id, block);
    if (known.join() === told.join()) return;
    const reader = store.reader();
    for (const id of Object.keys(state.rooms))
      changeRoom(id, (room) => recountRoomMentions(room, reader));
  }

  /** A chat as the server knows it now. */
  function upsertChat(chat: Chat): void {
    refreshing.invalidate();
    if (adoptChat(chat)) resume([chat.id]);
  }

  /**
   * @returns whether its room was begun with this: then its events since the server read it may have
   * come before, and found no room.
   */
  function adoptChat(chat: Chat): boolean {
    const room = state.rooms[chat.id];
    if (room && !stale.has(chat.id)) {
      setState("rooms", chat.id, refreshRoom(room, chat));
      return false;
    }
    stale.delete(chat.id);
    ahead.delete(chat.id);
    history.abandon(chat.id);
    // What was read here may not have been heard of there when it was asked.
    setState("rooms", chat.id, moveReadMark(newRoom(chat), room?.chat.readSeq ?? 0));
    arrive(chat.id, chat.lastMessage ? [chat.lastMessage] : []);
    if (shown() === chat.id) void history.open(chat.id);
    return true;
  }

  function removeChat(chat: string): void {
    refreshing.invalidate();
    dropChat(chat);
  }

  function dropChat(chat: string): void {
    ahead.delete(chat);
    history.abandon(chat);
    store.forget("rooms", chat);
  }

  return {
    ...refreshing,
    onConnected,
    onResumed,
    onRefused,
    onEvents,
    onHeads,
    onReset,
    upsertChat,
    removeChat,
    stop,
  };
}

function peersOf(chats: readonly Chat[]) {
  return chats.flatMap((chat) => (chat.peer ? [chat.peer] : []));
}
