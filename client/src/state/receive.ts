import type { Block } from "@parley/contracts/blocks";
import type { ServerFrame } from "@parley/contracts/frames";
import { batch } from "solid-js";
import type { AppStore } from "./app-state.ts";
import type { People } from "./people.ts";
import type { Reading } from "./reading.ts";
import type { Sender } from "./sender.ts";
import type { Sync } from "./sync.ts";
import type { Typing } from "./typing.ts";

interface ReceiveDeps {
  store: AppStore;
  people: People;
  sync: Sync;
  sender: Sender;
  reading: Reading;
  typing: Typing;
  random: () => number;
}

/** After a reconnect all is fetched anew within this time: spread, since everyone comes back at once. */
const REFRESH_WITHIN = 2_000;

/** Hands each frame of the server to the part that it concerns. */
export function createReceiver(deps: ReceiveDeps): (frame: ServerFrame) => void {
  const { store, people, sync, sender, reading, typing, random } = deps;
  let hasMet = false;
  let isPresenceWhole = false;

  function welcome(): void {
    isPresenceWhole = false;
    sync.begin();
    sender.begin();
    reading.flush();
    // Not all that happens has a sequence (profiles, blocks, marks): what was missed is fetched.
    if (hasMet) setTimeout(() => void sync.tryRefresh(), random() * REFRESH_WITHIN);
    hasMet = true;
  }

  function presence({ users }: Extract<ServerFrame, { type: "presence" }>): void {
    people.setPresence(users, !isPresenceWhole);
    isPresenceWhole = true;
  }

  function blocked(block: Block): void {
    sync.outdate();
    batch(() => {
      people.learnProfile(block.user);
      store.setState("blocks", block.user.id, block);
    });
  }

  function unblocked(user: string): void {
    sync.outdate();
    store.forget("blocks", user);
    // Their avatar was kept back while the block stood.
    void people.fetchUsers([user]);
  }

  return function receive(frame) {
    switch (frame.type) {
      case "welcome":
        return welcome();
      case "events":
        return sync.receive(frame.chat, frame.events);
      case "resumed":
        return sync.resumed();
      case "reset":
        return sync.reset(frame.chat);
      case "heads":
        return sync.heads(frame.chats);
      case "ack":
        return sender.acknowledged(frame.clientId, frame.chat, frame.seq);
      case "reject":
        return sender.refused(frame.clientId, frame);
      case "presence":
        return presence(frame);
      case "typing":
        return typing.heard(frame.chat, frame.user);
      case "read":
        return reading.heard(frame.chat, frame.user, frame.seq);
      case "chat":
        return batch(() => {
          if (frame.chat.peer) people.learnProfile(frame.chat.peer);
          sync.put(frame.chat);
        });
      case "left":
        return sync.remove(frame.chat);
      case "profile":
        return people.learnProfile(frame.user);
      case "block":
        return blocked(frame.block);
      case "unblock":
        return unblocked(frame.user);
      case "pong":
        return;
      case "error":
        return console.warn("the server could not read a frame:", frame.code, frame.detail);
    }
  };
}
