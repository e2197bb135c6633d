import type { Block } from "@parley/contracts/blocks";
import { recountRoomMentions } from "../room/room.ts";
import type { AppStore } from "./app-state.ts";

/** Replaces the user's blocks, and counts the mentions again if other users are blocked. */
export function adoptBlocks(store: AppStore, blocks: readonly Block[]): void {
  const { state, setState, changeRoom } = store;
  const known = Object.keys(state.blocks).toSorted();
  const current = blocks.map(({ user }) => user.id).toSorted();
  for (const id of known) store.forget("blocks", id);
  for (const block of blocks) setState("blocks", block.user.id, block);
  if (known.join() === current.join()) return;
  const reader = store.reader();
  for (const id of Object.keys(state.rooms)) {
    changeRoom(id, (room) => recountRoomMentions(room, reader));
  }
}
