import { createSignal } from "solid-js";
import { createLongPress } from "./long-press.ts";

/**
 * Tracks which message is hovered or focused, once for the whole log, so that only this message
 * renders its tools. The arrow keys move the focus between messages.
 */
export function createActiveMessage(onLongPress: (seq: number) => void) {
  const [hovered, setHovered] = createSignal<number | null>(null);
  const [focused, setFocused] = createSignal<number | null>(null);
  const press = createLongPress((target) => {
    const seq = target.closest(".folded") ? null : seqOf(target);
    if (seq !== null) onLongPress(seq);
  });

  const handlers = {
    onPointerOver: (event: PointerEvent) => {
      if (event.pointerType !== "touch") setHovered(seqOf(event.target));
    },
    onPointerLeave: () => setHovered(null),
    onFocusIn: (event: FocusEvent) => setFocused(seqOf(event.target)),
    onFocusOut: ({ relatedTarget }: FocusEvent) => {
      // A closing menu gives the focus back to the button that opened it, which must still be rendered.
      const isInMenu = relatedTarget instanceof Element && relatedTarget.closest("dialog");
      // The focus may move to another tool of the same message, which must stay rendered.
      if (!isInMenu) setFocused(seqOf(relatedTarget));
    },
    onKeyDown: (event: KeyboardEvent & { currentTarget: Element }) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step && move(event.currentTarget, event.target, step)) event.preventDefault();
    },
    onPointerDown: press.down,
    onPointerMove: press.move,
    onPointerUp: press.end,
    onPointerCancel: press.end,
  };

  return { seq: () => hovered() ?? focused(), handlers };
}

function seqOf(target: EventTarget | null): number | null {
  if (!(target instanceof Element)) return null;
  const { seq } = target.closest<HTMLElement>("[data-seq]")?.dataset ?? {};
  return seq === undefined ? null : Number(seq);
}

/** Moves the focus to the next or previous message, at first to the newest. @returns whether there was one. */
function move(log: Element, target: EventTarget | null, step: number): boolean {
  const all = [...log.querySelectorAll<HTMLElement>("[data-seq]")];
  const here = target instanceof Element ? target.closest<HTMLElement>("[data-seq]") : null;
  const next = here ? all[all.indexOf(here) + step] : step < 0 ? all.at(-1) : undefined;
  next?.focus();
  return next !== undefined;
}
