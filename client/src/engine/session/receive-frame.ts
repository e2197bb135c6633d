import type { Block } from "@parley/contracts/blocks";
import type { ServerFrame } from "@parley/contracts/frames";
import type { ChatId, UserId } from "@parley/contracts/ids";
import { batch } from "solid-js";
import type { Sender } from "../outbox/sender.ts";
import type { People } from "../people/people.ts";
import { recountRoomMentions } from "../room/room.ts";
import type { AppStore } from "./app-state.ts";
import type { ReadMarks } from "./read-marks.ts";
import type { Sync } from "./sync.ts";
import type { Typing } from "./typing.ts";

interface ReceiverDeps {
  store: AppStore;
  people: People;
  sync: Sync;
  sender: Sender;
  readMarks: ReadMarks;
  typing: Typing;
  random: () => number;
}

/** Refreshes are spread over this time, because many pages reconnect at the same moment. */
const REFRESH_JITTER_MS = 2_000;

/** Passes each frame of the server to the part of the session that it concerns. */
export function createReceiver(deps: ReceiverDeps): (frame: ServerFrame) => void {
  const { store, people, sync, sender, readMarks, typing, random } = deps;
  let hasInitialPresence = false;
  let refreshing: ReturnType<typeof setTimeout> | undefined;

  function onWelcome(): void {
    hasInitialPresence = false;
    sync.onConnected();
    sender.onConnected();
    readMarks.onConnected();
    // Profiles, blocks and read marks have no sequence, so that a replay does not include them. This
    // holds for the first welcome as well, which comes some time after the first bootstrap.
    refreshAgain();
  }

  /** Refreshes, even if a refresh is under way: it may not include this change. */
  function refreshAgain(): void {
    sync.invalidate();
    refreshSoon();
  }

  function refreshSoon(): void {
    if (refreshing !== undefined) return;
    refreshing = setTimeout(() => {
      refreshing = undefined;
      void sync.tryRefresh();
    }, random() * REFRESH_JITTER_MS);
  }

  /** Refreshes if only the server knows what is unread. */
  function ensureExact(chat: ChatId): void {
    if (store.state.rooms[chat]?.counts.isExact === false) refreshAgain();
  }

  /** Counts the mentions of all rooms again after a block or an unblock. */
  function recountAll(): void {
    const reader = store.reader();
    for (const chat of Object.keys(store.state.rooms)) {
      store.changeRoom(chat, (room) => recountRoomMentions(room, reader));
      ensureExact(chat);
    }
  }

  function onPresence({ users }: Extract<ServerFrame, { type: "presence" }>): void {
    people.setPresence(users, !hasInitialPresence);
    hasInitialPresence = true;
  }

  function onBlock(block: Block): void {
    sync.invalidate();
    batch(() => {
      people.upsertProfile(block.user);
      store.setState("blocks", block.user.id, block);
      recountAll();
    });
  }

  function onUnblock(user: UserId): void {
    sync.invalidate();
    store.forget("blocks", user);
    recountAll();
    // The block hid the avatar.
    void people.refresh([user]);
  }

  function onError({ code, detail, retryAfter }: Extract<ServerFrame, { type: "error" }>): void {
    if (code === "rate_limited" || code === "overloaded") sync.onRefused(retryAfter);
    else console.warn("the server refused a frame:", code, detail);
  }

  return function receive(frame) {
    switch (frame.type) {
      case "welcome":
        return onWelcome();
      case "events":
        sync.onEvents(frame.chat, frame.events);
        return ensureExact(frame.chat);
      case "resumed":
        return sync.onResumed();
      case "reset":
        return sync.onReset(frame.chat);
      case "heads":
        sync.onHeads(frame.chats);
        return Object.keys(frame.chats).forEach(ensureExact);
      case "ack":
        return sender.onAck(frame.clientId, frame.chat, frame.seq);
      case "reject":
        return sender.onReject(frame.clientId, frame);
      case "presence":
        return onPresence(frame);
      case "typing":
        return typing.onTyping(frame.chat, frame.user);
      case "read":
        readMarks.onRead(frame.chat, frame.user, frame.seq);
        return ensureExact(frame.chat);
      case "chat":
        return batch(() => {
          if (frame.chat.peer) people.upsertProfile(frame.chat.peer);
          sync.upsertChats([frame.chat]);
        });
      case "left":
        return sync.removeChat(frame.chat);
      case "profile":
        return people.upsertProfile(frame.user);
      case "block":
        return onBlock(frame.block);
      case "unblock":
        return onUnblock(frame.user);
      case "pong":
        return;
      case "error":
        return onError(frame);
    }
  };
}
