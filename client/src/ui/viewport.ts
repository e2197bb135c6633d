import { createSignal } from "solid-js";

/** Whether this is handled with fingers, or too narrow for menus: sheets stand in for them. */
export function isPhone(): boolean {
  return matchMedia("(max-width: 720px), (pointer: coarse)").matches;
}

const narrow = matchMedia("(max-width: 720px)");
const [matches, setMatches] = createSignal(narrow.matches);
narrow.addEventListener("change", (event) => setMatches(event.matches));

/** Whether the list and the room take turns, one column at a time; the styles know the same width. */
export const isNarrow = matches;
