import { createEffect, createSignal, on } from "solid-js";
import { useShell } from "../app/shell.tsx";
import { chatWords as t } from "../i18n/chat-words.ts";

/** As long as the style's tint takes to fade. */
const SHOWN_FOR = 2_000;

interface JumpToMessageDeps {
  chat: () => string;
  elementOf: (seq: number) => Element | null;
  center: (element: Element) => void;
}

/** Brings the message that was jumped to into view. @returns its number, for a while. */
export function createJumpToMessage({
  chat,
  elementOf,
  center,
}: JumpToMessageDeps): () => number | null {
  const { session, targetMessage, notify } = useShell();
  const [seq, setSeq] = createSignal<number | null>(null);
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function reach(wanted: number): Promise<void> {
    const isHere = await session.history.loadAround(chat(), wanted);
    const element = isHere ? elementOf(wanted) : null;
    if (!element) return notify(t().messageGone);
    center(element);
    setSeq(wanted);
    clearTimeout(timer);
    timer = setTimeout(() => setSeq(null), SHOWN_FOR);
  }

  createEffect(
    on(targetMessage, (place) => {
      if (place?.chat === chat()) void reach(place.seq);
    }),
  );

  return seq;
}
