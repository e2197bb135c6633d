import { createEffect, onCleanup, onMount } from "solid-js";
import { useShell } from "../app/shell.tsx";
import { look, READ_AFTER_MS, type Reading, settle } from "../engine/room/reading.ts";
import type { Room } from "../engine/room/room.ts";
import { isAttended } from "../ui/attention.ts";

/**
 * Moves the read mark with what has been on the screen, while the user looks at the page.
 * @param lowestSeen the `seq` of the lowest message in view, or null if none may count as read.
 * @returns what is to be called when the view has moved.
 */
export function createReadMarker(room: () => Room, lowestSeen: () => number | null): () => void {
  const { session } = useShell();
  let reading: Reading | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function update(): void {
    reading = look(reading, isAttended() ? lowestSeen() : null, session.now());
    if (!reading || reading.lowest <= room().chat.readSeq) return;
    timer ??= setTimeout(read, Math.max(0, reading.since + READ_AFTER_MS - session.now()));
  }

  function read(): void {
    timer = undefined;
    const settled = reading && settle(reading, session.now());
    if (settled) {
      reading = settled.next;
      session.chats.markSeen(room().chat.id, settled.read);
    }
    update();
  }

  createEffect(update);
  onMount(() => globalThis.addEventListener("resize", update));
  onCleanup(() => {
    globalThis.removeEventListener("resize", update);
    clearTimeout(timer);
  });
  return update;
}
