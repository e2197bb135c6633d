import type { Block } from "@parley/contracts/blocks";
import type { ErrorCode } from "@parley/contracts/errors";
import type { ChatId, UserId } from "@parley/contracts/ids";
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

/** The state of the page. */
export interface AppState {
  phase: Phase;
  connection: ConnectionState;
  /** Why the gateway refuses connections while HTTP works; null if it does not, or if it is not known. */
  refusal: ErrorCode | null;
  rooms: Record<string, Room>;
  /** Whether the user has chats that are not in `rooms`. */
  moreChats: boolean;
  users: Record<string, User>;
  /** By the ID of the blocked user. */
  blocks: Record<string, Block>;
  /** Until when users are shown as typing, by chat and user; milliseconds of the session's `now`. */
  typing: Record<string, Record<string, number | undefined>>;
  outbox: readonly Outgoing[];
  /** The user's own reactions that are not confirmed: on or off, by chat, message and emoji. */
  pendingReactions: Record<string, boolean | undefined>;
}

export interface AppStore {
  state: AppState;
  setState: SetStoreFunction<AppState>;
  me: () => User | undefined;
  /** Replaces a room, if it exists. */
  changeRoom: (chat: ChatId, change: (room: Room) => Room) => void;
  forget: (kind: "rooms" | "blocks", id: string) => void;
  reader: () => Reader;
}

/** @param watches whether the user sees the newest messages of a chat at this moment. */
export function createAppStore(watches: (chat: ChatId) => boolean): AppStore {
  const [state, setState] = createStore<AppState>({
    phase: { kind: "starting" },
    connection: "connecting",
    refusal: null,
    rooms: {},
    moreChats: false,
    users: {},
    blocks: {},
    typing: {},
    outbox: [],
    pendingReactions: {},
  });

  function me(): User | undefined {
    return state.phase.kind === "ready" ? state.users[state.phase.me] : undefined;
  }

  function changeRoom(chat: ChatId, change: (room: Room) => Room): void {
    const room = state.rooms[chat];
    if (room) setState("rooms", chat, change(room));
  }

  function forget(kind: "rooms" | "blocks", id: string): void {
    // Solid deletes a key that is set to undefined; its types do not allow it.
    setState(kind, id, undefined as never);
  }

  function reader(): Reader {
    const { id = "", username = "" } = me() ?? {};
    const isBlocked = (user: UserId) => state.blocks[user] !== undefined;
    return { id, username, isBlocked, watches };
  }

  return { state, setState, me, changeRoom, forget, reader };
}
