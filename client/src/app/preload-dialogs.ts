import { onCleanup, onMount } from "solid-js";
import { DIALOGS } from "./dialogs.ts";
import type { OverlayKind } from "./overlay.ts";

/** How long the chat page has been shown before its dialogs are fetched. */
const PRELOAD_DELAY_MS = 2_000;

/**
 * Fetches dialogs ahead of their use: all of them when the page is idle, and at once the one that a
 * hovered or focused element opens (`data-opens`). Failures are ignored: opening the dialog tries again.
 * @returns handlers for the element that holds the page.
 */
export function createDialogPreloader() {
  onMount(() => {
    const timer = setTimeout(() => whenIdle(() => void loadAll()), PRELOAD_DELAY_MS);
    onCleanup(() => clearTimeout(timer));
  });
  return { onPointerOver: loadOpened, onFocusIn: loadOpened };
}

/** One after the other, so that they take no bandwidth from the chat. */
async function loadAll(): Promise<void> {
  for (const { load } of Object.values(DIALOGS)) await load().catch(() => {});
}

function loadOpened({ target }: Event): void {
  if (!(target instanceof Element)) return;
  const kind = target.closest<HTMLElement>("[data-opens]")?.dataset["opens"];
  if (kind !== undefined) DIALOGS[kind as OverlayKind].load().catch(() => {});
}

/** Safari has no `requestIdleCallback`. */
function whenIdle(run: () => void): void {
  if ("requestIdleCallback" in globalThis) requestIdleCallback(run);
  else run();
}
