import { LIMITS } from "@parley/contracts/limits";
import { createMemo, createSignal, For, Match, onMount, Show, Switch } from "solid-js";
import { useShell } from "../app/shell.tsx";
import { ChatIcon } from "../chat-list/chat-icon.tsx";
import { chatName } from "../chat-list/chat-name.ts";
import type { Room } from "../engine/room/room.ts";
import type { Session } from "../engine/session/session.ts";
import { chatWords as t } from "../i18n/chat-words.ts";
import { dialogWords as d } from "../i18n/dialog-words.ts";
import { Avatar } from "../people/avatar.tsx";
import { createPeopleSearch } from "../people/people-search.ts";
import { Dialog } from "../ui/dialog.tsx";
import { SearchField } from "../ui/search-field.tsx";
import { type JumpTarget, matchingRooms } from "./jump-targets.ts";
import { createListboxKeys } from "./listbox-keys.ts";
import { createMessageSearch } from "./message-search.ts";
import { SearchResult } from "./search-result.tsx";
import "../ui/option-list.css";
import "./search-dialog.css";

const MAX_PAGES = LIMITS.chats.max / LIMITS.page.max;

/** Finds a chat, a person or a message, and goes there. */
export function JumpDialog() {
  const { session, show, go, jumpToMessage } = useShell();
  const [query, setQuery] = createSignal("");
  const people = createPeopleSearch(query);
  onMount(() => void loadAll(session).catch(() => {}));
  const { found } = createMessageSearch(query, () => null);
  const nameOf = (room: Room) => chatName(session, room.chat);
  const targets = createMemo<JumpTarget[]>(() => {
    const rooms = matchingRooms(Object.values(session.state.rooms), query(), nameOf);
    if (query().trim() === "") return rooms;
    const peers = new Set(rooms.map(({ room }) => room.chat.peer?.id));
    const others = (people() ?? []).filter(({ id }) => !peers.has(id));
    return [
      ...rooms,
      ...others.map((user) => ({ kind: "person" as const, user })),
      ...(found()?.hits ?? []).map((hit) => ({ kind: "message" as const, hit })),
    ];
  });
  const firstMessage = () => targets().findIndex(({ kind }) => kind === "message");
  const keys = createListboxKeys(query, targets, (target) => void choose(target));

  async function choose(target: JumpTarget): Promise<void> {
    show(null);
    if (target.kind === "message")
      jumpToMessage({ chat: target.hit.message.chat, seq: target.hit.message.seq });
    else if (target.kind === "room") go(target.room.chat.id);
    else go(await session.chats.openDirect(target.user.id));
  }

  return (
    <Dialog title={d().jump} class="search-dialog" onClose={() => show(null)}>
      <SearchField label={t().jumpTo} value={query()} onQuery={setQuery} {...keys.field} />
      <div class="options" role="listbox" id={keys.listId} aria-label={t().chats}>
        <For each={targets()}>
          {(target, index) => (
            <>
              <Show when={index() === firstMessage()}>
                <p class="options-title" role="presentation">
                  {t().messages}
                </p>
              </Show>
              <div class="option" {...keys.option(target, index)}>
                <JumpTargetView target={target} />
              </div>
            </>
          )}
        </For>
      </div>
      <Show when={targets().length === 0 && query() !== ""}>
        <p class="none">{d().nothingFound}</p>
      </Show>
    </Dialog>
  );
}

/** Loads every chat. After a failure, those that are loaded are found nevertheless. */
async function loadAll({ state, chats }: Session): Promise<void> {
  for (let page = 0; state.moreChats && page < MAX_PAGES; page++) await chats.loadMore();
}

function JumpTargetView(props: { target: JumpTarget }) {
  const { session } = useShell();
  return (
    <Switch>
      <Match when={props.target.kind === "room" && props.target.room.chat}>
        {(chat) => (
          <>
            <ChatIcon chat={chat()} />
            <span class="option-name">{chatName(session, chat())}</span>
          </>
        )}
      </Match>
      <Match when={props.target.kind === "person" && props.target.user}>
        {(user) => (
          <>
            <Avatar user={user()} size="small" presence />
            <span class="option-name">{user().displayName}</span>
            <span class="soft">@{user().username}</span>
          </>
        )}
      </Match>
      <Match when={props.target.kind === "message" && props.target.hit}>
        {(hit) => <SearchResult hit={hit()} namesChat />}
      </Match>
    </Switch>
  );
}
