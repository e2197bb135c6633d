import type { Message } from "@parley/contracts/messages";
import { createMemo, For, Show } from "solid-js";
import { useShell } from "../app/shell.tsx";
import { reactorsOf } from "../engine/room/reactors.ts";
import { chatWords as t } from "../i18n/chat-words.ts";
import { personName } from "../people/person.ts";
import { react } from "./react.ts";
import "./reaction-row.css";

/** The reactions to a message; a press adds or removes the user’s own. */
export function ReactionRow(props: { message: Message }) {
  const { session } = useShell();
  const reactions = createMemo(() => session.messages.reactionsOf(props.message));
  const emojis = createMemo(
    () => reactions().map(({ emoji }) => emoji),
    [],
    // The buttons, and the focus on one of them, stay while only the counts change.
    { equals: (a, b) => a.join(" ") === b.join(" ") },
  );
  return (
    <Show when={emojis().length > 0}>
      <ul class="reactions" aria-label={t().reactions}>
        <For each={emojis()}>
          {(emoji) => (
            <li>
              <ReactionButton message={props.message} emoji={emoji} all={reactions()} />
            </li>
          )}
        </For>
      </ul>
    </Show>
  );
}

interface ReactionButtonProps {
  message: Message;
  emoji: string;
  all: Message["reactions"];
}

function ReactionButton(props: ReactionButtonProps) {
  const shell = useShell();
  const { session } = shell;
  const reaction = createMemo(
    () => props.all.find(({ emoji }) => emoji === props.emoji) ?? { count: 0, mine: false },
  );
  /** The names of those whose reaction this page received, and the number of the others. */
  const title = () => {
    const { count, mine } = reaction();
    const me = session.me()?.id;
    const room = session.state.rooms[props.message.chat];
    const seen = room ? reactorsOf(room.reactors, props.message.seq, props.emoji) : [];
    const others = seen.filter((user) => user !== me).map((user) => personName(session, user));
    const names = mine ? [t().you, ...others] : others;
    return t().reactedBy(names, Math.max(0, count - names.length));
  };
  return (
    <button
      type="button"
      class="reaction"
      aria-pressed={reaction().mine}
      aria-label={`${props.emoji} ${reaction().count}`}
      title={title()}
      onClick={() => react(shell, props.message, props.emoji, !reaction().mine)}
    >
      <span aria-hidden="true">{props.emoji}</span>
      <span class="reaction-count">{reaction().count}</span>
    </button>
  );
}
