import { createEffect, createSignal, on } from "solid-js";
import { useShell } from "../app/shell.tsx";
import { chatWords as t } from "../i18n/chat-words.ts";

/** As long as the animation of the style. */
const HIGHLIGHT_MS = 2_000;

interface JumpToMessageDeps {
  chat: () => string;
  elementOf: (seq: number) => Element | null;
  center: (element: Element) => void;
}

/**
 * Scrolls to the target of a jump, and loads the messages around it first.
 * @returns the number of the target while it is highlighted, else null.
 */
export function createJumpToMessage({
  chat,
  elementOf,
  center,
}: JumpToMessageDeps): () => number | null {
  const { session, targetMessage, notify } = useShell();
  const [seq, setSeq] = createSignal<number | null>(null);
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function jump(wanted: number): Promise<void> {
    const isHere = await session.history.loadAround(chat(), wanted);
    const element = isHere ? elementOf(wanted) : null;
    if (!element) return notify(t().messageGone);
    center(element);
    setSeq(wanted);
    clearTimeout(timer);
    timer = setTimeout(() => setSeq(null), HIGHLIGHT_MS);
  }

  createEffect(
    on(targetMessage, (place) => {
      if (place?.chat === chat()) void jump(place.seq);
    }),
  );

  return seq;
}
