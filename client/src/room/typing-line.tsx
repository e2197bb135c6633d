import { createMemo } from "solid-js";
import { useShell } from "../app/shell.tsx";
import { chatWords as t } from "../i18n/chat-words.ts";
import { personName } from "../people/person.ts";
import "./typing-line.css";
import type { ChatId } from "@parley/contracts/ids";

/** Who is typing; an empty line when nobody is, so that the layout does not move. */
export function TypingLine(props: { chat: ChatId }) {
  const { session } = useShell();
  const text = createMemo(() => {
    const writers = Object.keys(session.state.typing[props.chat] ?? {}).filter(
      (user) => user !== session.me()?.id && !session.state.blocks[user],
    );
    const [first, second] = writers.map((user) => personName(session, user));
    if (!first) return "";
    if (!second) return t().typingOne(first);
    return writers.length === 2 ? t().typingTwo(first, second) : t().typingMany;
  });
  return (
    <p class="typing" aria-live="polite">
      {text()}
    </p>
  );
}
