import { createSignal } from "solid-js";

/** Whether sheets replace menus, because the device has a coarse pointer or the window is narrow. */
export function isPhone(): boolean {
  return matchMedia("(max-width: 720px), (pointer: coarse)").matches;
}

const narrow = matchMedia("(max-width: 720px)");
const [matches, setMatches] = createSignal(narrow.matches);
narrow.addEventListener("change", (event) => setMatches(event.matches));

/** Whether the page shows one column, the list or the room; the styles have the same breakpoint. */
export const isNarrow = matches;
