import { createEffect, onCleanup, untrack } from "solid-js";
import { useShell } from "../app/shell.tsx";
import { holdsNewest } from "../engine/room/message-window.ts";
import type { Room } from "../engine/room/room.ts";

/** Marks a chat as read while its newest message is visible: on the screen, in a visible tab. */
export function createReadMarker(room: () => Room, isAtNewest: () => boolean): void {
  const { session } = useShell();
  const seesNewest = () => isAtNewest() && holdsNewest(room());
  const read = () => {
    if (document.visibilityState === "visible" && seesNewest())
      session.chats.markRead(room().chat.id);
  };
  createEffect(() => session.chats.setAtBottom(isAtNewest() && room().detached === null));
  createEffect(() => {
    if (room().seq > room().chat.readSeq && seesNewest()) untrack(read);
  });
  document.addEventListener("visibilitychange", read);
  onCleanup(() => document.removeEventListener("visibilitychange", read));
}
