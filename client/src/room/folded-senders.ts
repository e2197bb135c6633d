import type { UserId } from "@parley/contracts/ids";
import { createSignal } from "solid-js";
import { useShell } from "../app/shell.tsx";
import type { Room } from "../engine/room/room.ts";

/** In channels and groups, messages of blocked people are folded until they are asked for. */
export function createFoldedSenders(room: () => Room) {
  const { session } = useShell();
  const [unfolded, setUnfolded] = createSignal<ReadonlySet<string>>(new Set());

  /** @returns what unfolds the messages of a sender; undefined if they are not folded. */
  return function foldOf(sender: UserId): { unfold: () => void } | undefined {
    const isFolded = room().chat.kind !== "direct" && session.state.blocks[sender];
    if (!isFolded || unfolded().has(sender)) return undefined;
    return { unfold: () => setUnfolded((now) => new Set(now).add(sender)) };
  };
}
