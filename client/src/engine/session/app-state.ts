import type { Block } from "@parley/contracts/blocks";
import type { User } from "@parley/contracts/users";
import { createStore, type SetStoreFunction } from "solid-js/store";
import type { FailureCode } from "../api/request.ts";
import type { Outgoing } from "../outbox/outbox.ts";
import type { Room } from "../room/room.ts";
import type { Reader } from "../room/unread.ts";
import type { ConnectionState } from "../socket/socket.ts";

export type Phase =
  | { kind: "starting" }
  | { kind: "ready"; me: string }
  | { kind: "failed"; code: FailureCode };

/** All that the page knows. */
export interface AppState {
  phase: Phase;
  connection: ConnectionState;
  rooms: Record<string, Room>;
  users: Record<string, User>;
  /** By the blocked user's ID. */
  blocks: Record<string, Block>;
  /** Who writes: until when, by the session's clock, by chat and user. */
  typing: Record<string, Record<string, number | undefined>>;
  outbox: readonly Outgoing[];
  /** Own reactions on their way: what they shall be, by chat, message and emoji. */
  pendingReactions: Record<string, boolean | undefined>;
}

export interface AppStore {
  state: AppState;
  setState: SetStoreFunction<AppState>;
  me: () => User | undefined;
  /** Puts a new version of a room in the place of the old one, if there is still one. */
  changeRoom: (chat: string, change: (room: Room) => Room) => void;
  forget: (kind: "rooms" | "blocks", id: string) => void;
  reader: () => Reader;
}

export function createAppStore(watches: (chat: string) => boolean): AppStore {
  const [state, setState] = createStore<AppState>({
    phase: { kind: "starting" },
    connection: "connecting",
    rooms: {},
    users: {},
    blocks: {},
    typing: {},
    outbox: [],
    pendingReactions: {},
  });

  function me(): User | undefined {
    return state.phase.kind === "ready" ? state.users[state.phase.me] : undefined;
  }

  function changeRoom(chat: string, change: (room: Room) => Room): void {
    const room = state.rooms[chat];
    if (room) setState("rooms", chat, change(room));
  }

  function forget(kind: "rooms" | "blocks", id: string): void {
    // A store's own way to delete a key, which its types do not show.
    setState(kind, id, undefined as never);
  }

  function reader(): Reader {
    const { id = "", username = "" } = me() ?? {};
    const isBlocked = (user: string) => state.blocks[user] !== undefined;
    return { id, username, isBlocked, watches };
  }

  return { state, setState, me, changeRoom, forget, reader };
}
