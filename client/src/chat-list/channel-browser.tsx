import type { Chat } from "@parley/contracts/chats";
import { createEffect, createSignal, For, on, onCleanup, Show } from "solid-js";
import { useShell } from "../app/shell.tsx";
import { chatWords as t } from "../i18n/chat-words.ts";
import { dialogWords as d } from "../i18n/dialog-words.ts";
import { createAttempt } from "../ui/attempt.ts";
import { ProblemLine } from "../ui/problem-line.tsx";
import { SearchField } from "../ui/search-field.tsx";
import "../ui/option-list.css";
import "./channel-browser.css";
import type { ChatId } from "@parley/contracts/ids";

/** How long typing pauses before the server is asked. */
const DEBOUNCE_MS = 180;

/** Public channels that the user has not joined. */
export function ChannelBrowser() {
  const { session, show, go } = useShell();
  const [query, setQuery] = createSignal("");
  const [found, setFound] = createSignal<Chat[]>();
  const attempt = createAttempt();
  const channels = () => found()?.filter((chat) => !session.state.rooms[chat.id]);

  createEffect(
    on(query, (text, before) => {
      const timer = setTimeout(() => void search(text), before === undefined ? 0 : DEBOUNCE_MS);
      onCleanup(() => clearTimeout(timer));
    }),
  );

  function search(text: string): Promise<boolean> {
    return attempt.run(async () => {
      setFound(await session.chats.publicChats(text.trim()));
    });
  }

  async function join(chat: ChatId): Promise<void> {
    await attempt.run(async () => {
      const id = await session.chats.join(chat);
      show(null);
      go(id);
    });
  }

  return (
    <div class="picker">
      <SearchField label={d().findChannel} value={query()} onQuery={setQuery} />
      <ul class="options">
        <For each={channels()}>
          {(chat) => (
            <li class="offer">
              <span class="chat-icon" aria-hidden="true">
                #
              </span>
              <span class="offer-text">
                <b dir="auto">{chat.name}</b>
                <small dir="auto">
                  {t().members(chat.members)}
                  {chat.topic && ` · ${chat.topic}`}
                </small>
              </span>
              <button
                type="button"
                class="button plain"
                aria-label={d().joinChat(chat.name)}
                onClick={() => void join(chat.id)}
              >
                {t().join}
              </button>
            </li>
          )}
        </For>
      </ul>
      <Show when={channels()?.length === 0}>
        <p class="none">{query().trim() === "" ? d().noChannels : d().nothingFound}</p>
      </Show>
      <ProblemLine text={attempt.problem()} />
    </div>
  );
}
