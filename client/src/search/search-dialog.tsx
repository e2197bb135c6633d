import { createSignal, For, Show } from "solid-js";
import { useShell } from "../app/shell.tsx";
import { chatWords as t } from "../i18n/chat-words.ts";
import { dialogWords as d } from "../i18n/dialog-words.ts";
import { problemText } from "../i18n/problem-text.ts";
import { Dialog } from "../ui/dialog.tsx";
import { ProblemLine } from "../ui/problem-line.tsx";
import { SearchField } from "../ui/search-field.tsx";
import { createListboxKeys } from "./listbox-keys.ts";
import { createMessageSearch } from "./message-search.ts";
import { SearchResult } from "./search-result.tsx";
import "../ui/option-list.css";
import "./search-dialog.css";
import type { ChatId } from "@parley/contracts/ids";

/** Searches the messages of one chat. */
export function SearchDialog(props: { chat: ChatId }) {
  const { session, show, jumpToMessage } = useShell();
  const [query, setQuery] = createSignal("");
  const { found, failure, busy, more } = createMessageSearch(query, () => props.chat);
  const hits = () => found()?.hits ?? [];
  const keys = createListboxKeys(query, hits, ({ message }) => {
    show(null);
    jumpToMessage({ chat: message.chat, seq: message.seq });
  });
  const title = () => {
    const chat = session.state.rooms[props.chat]?.chat;
    return d().searchIn(chat?.kind === "channel" ? `#${chat.name}` : null);
  };
  const problem = () => {
    const failed = failure();
    return failed === null ? undefined : problemText(failed);
  };
  return (
    <Dialog title={title()} class="search-dialog" onClose={() => show(null)}>
      <SearchField label={title()} value={query()} onQuery={setQuery} {...keys.field} />
      <ProblemLine text={problem()} />
      <div class="options" role="listbox" id={keys.listId} aria-label={t().messages}>
        <For each={hits()}>
          {(hit, index) => (
            <div class="option" {...keys.option(hit, index)}>
              <SearchResult hit={hit} namesChat={false} />
            </div>
          )}
        </For>
      </div>
      <Show when={found()?.next}>
        <button type="button" class="button quiet" aria-busy={busy()} onClick={more}>
          {d().moreHits}
        </button>
      </Show>
      <Show when={found()?.next === null && hits().length === 0}>
        <p class="none">{d().noMessages}</p>
      </Show>
    </Dialog>
  );
}
