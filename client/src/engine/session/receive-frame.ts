import type { Block } from "@parley/contracts/blocks";
import type { ServerFrame } from "@parley/contracts/frames";
import { batch } from "solid-js";
import type { Sender } from "../outbox/sender.ts";
import type { People } from "../people/people.ts";
import { recountRoomMentions } from "../room/room.ts";
import type { AppStore } from "./app-state.ts";
import type { ReadMarks } from "./read-marks.ts";
import type { Sync } from "./sync.ts";
import type { Typing } from "./typing.ts";

interface ReceiveDeps {
  store: AppStore;
  people: People;
  sync: Sync;
  sender: Sender;
  readMarks: ReadMarks;
  typing: Typing;
  random: () => number;
}

/** What concerns many at once (a reconnect, say) is fetched anew within this time: spread out. */
const REFRESH_WITHIN = 2_000;

/** Hands each frame of the server to the part that it concerns. */
export function createReceiver(deps: ReceiveDeps): (frame: ServerFrame) => void {
  const { store, people, sync, sender, readMarks, typing, random } = deps;
  let isPresenceWhole = false;
  let refreshing: ReturnType<typeof setTimeout> | undefined;

  function welcome(): void {
    isPresenceWhole = false;
    sync.onConnected();
    sender.onConnected();
    readMarks.onConnected();
    // Not all that happens has a sequence (profiles, blocks, marks): what was missed is fetched, also
    // that of before the first welcome, which comes some time after the first bootstrap was read.
    fetchAnew();
  }

  /** What is on its way may have been read before this. */
  function fetchAnew(): void {
    sync.invalidate();
    refreshSoon();
  }

  function refreshSoon(): void {
    if (refreshing !== undefined) return;
    refreshing = setTimeout(() => {
      refreshing = undefined;
      void sync.tryRefresh();
    }, random() * REFRESH_WITHIN);
  }

  /** Asks the server what is unread, when only it can tell. */
  function makeSure(chat: string): void {
    if (store.state.rooms[chat]?.counts.isExact === false) fetchAnew();
  }

  /** Whose mentions count has changed. */
  function recountAll(): void {
    const reader = store.reader();
    for (const chat of Object.keys(store.state.rooms)) {
      store.changeRoom(chat, (room) => recountRoomMentions(room, reader));
      makeSure(chat);
    }
  }

  function presence({ users }: Extract<ServerFrame, { type: "presence" }>): void {
    people.setPresence(users, !isPresenceWhole);
    isPresenceWhole = true;
  }

  function blocked(block: Block): void {
    sync.invalidate();
    batch(() => {
      people.upsertProfile(block.user);
      store.setState("blocks", block.user.id, block);
      recountAll();
    });
  }

  function unblocked(user: string): void {
    sync.invalidate();
    store.forget("blocks", user);
    recountAll();
    // Their avatar was kept back while the block stood.
    void people.refresh([user]);
  }

  function refused({ code, detail, retryAfter }: Extract<ServerFrame, { type: "error" }>): void {
    if (code === "rate_limited" || code === "overloaded") sync.onRefused(retryAfter);
    else console.warn("the server could not read a frame:", code, detail);
  }

  return function receive(frame) {
    switch (frame.type) {
      case "welcome":
        return welcome();
      case "events":
        sync.onEvents(frame.chat, frame.events);
        return makeSure(frame.chat);
      case "resumed":
        return sync.onResumed();
      case "reset":
        return sync.onReset(frame.chat);
      case "heads":
        sync.onHeads(frame.chats);
        return Object.keys(frame.chats).forEach(makeSure);
      case "ack":
        return sender.onAck(frame.clientId, frame.chat, frame.seq);
      case "reject":
        return sender.onReject(frame.clientId, frame);
      case "presence":
        return presence(frame);
      case "typing":
        return typing.onTyping(frame.chat, frame.user);
      case "read":
        readMarks.onRead(frame.chat, frame.user, frame.seq);
        return makeSure(frame.chat);
      case "chat":
        return batch(() => {
          if (frame.chat.peer) people.upsertProfile(frame.chat.peer);
          sync.upsertChat(frame.chat);
        });
      case "left":
        return sync.removeChat(frame.chat);
      case "profile":
        return people.upsertProfile(frame.user);
      case "block":
        return blocked(frame.block);
      case "unblock":
        return unblocked(frame.user);
      case "pong":
        return;
      case "error":
        return refused(frame);
    }
  };
}
