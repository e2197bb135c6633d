import { createMemo, createSignal, For, Match, Show, Switch } from "solid-js";
import { useShell } from "../app/shell.tsx";
import { ChatIcon } from "../chat-list/chat-icon.tsx";
import { chatName } from "../chat-list/chat-name.ts";
import type { Room } from "../engine/room/room.ts";
import { chatWords as t } from "../i18n/chat-words.ts";
import { dialogWords as d } from "../i18n/dialog-words.ts";
import { Avatar } from "../people/avatar.tsx";
import { createPeopleSearch } from "../people/people-search.ts";
import { Dialog } from "../ui/dialog.tsx";
import { type JumpTarget, matchingRooms } from "./jump-targets.ts";
import { createListboxKeys } from "./listbox-keys.ts";
import { createMessageSearch } from "./message-search.ts";
import { SearchResult } from "./search-result.tsx";
import "../ui/option-list.css";
import "./search-dialog.css";

/** The quick way to a chat, a person or something that was said: type, and press Enter. */
export function JumpDialog() {
  const { session, show, go, jumpToMessage } = useShell();
  const [query, setQuery] = createSignal("");
  const people = createPeopleSearch(query);
  const { found } = createMessageSearch(query, () => null);
  const nameOf = (room: Room) => chatName(session, room.chat);
  const goals = createMemo<JumpTarget[]>(() => {
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
  const firstHit = () => goals().findIndex(({ kind }) => kind === "message");
  const keys = createListboxKeys(query, goals, (goal) => void choose(goal));

  async function choose(goal: JumpTarget): Promise<void> {
    show(null);
    if (goal.kind === "message")
      jumpToMessage({ chat: goal.hit.message.chat, seq: goal.hit.message.seq });
    else if (goal.kind === "room") go(goal.room.chat.id);
    else go(await session.chats.openDirect(goal.user.id));
  }

  return (
    <Dialog title={d().jump} class="search-dialog" onClose={() => show(null)}>
      <input
        type="search"
        class="input"
        aria-label={t().jumpTo}
        placeholder={t().jumpTo}
        autocomplete="off"
        autofocus
        value={query()}
        onInput={(event) => setQuery(event.currentTarget.value)}
        {...keys.field}
      />
      <div class="options" role="listbox" id={keys.listId} aria-label={t().chats}>
        <For each={goals()}>
          {(goal, index) => (
            <>
              <Show when={index() === firstHit()}>
                <p class="options-title" role="presentation">
                  {t().messages}
                </p>
              </Show>
              <div class="option" {...keys.option(goal, index)}>
                <JumpTargetView goal={goal} />
              </div>
            </>
          )}
        </For>
      </div>
      <Show when={goals().length === 0 && query() !== ""}>
        <p class="none">{d().nothingFound}</p>
      </Show>
    </Dialog>
  );
}

function JumpTargetView(props: { goal: JumpTarget }) {
  const { session } = useShell();
  return (
    <Switch>
      <Match when={props.goal.kind === "room" && props.goal.room.chat}>
        {(chat) => (
          <>
            <ChatIcon chat={chat()} />
            <span class="option-name">{chatName(session, chat())}</span>
          </>
        )}
      </Match>
      <Match when={props.goal.kind === "person" && props.goal.user}>
        {(user) => (
          <>
            <Avatar user={user()} size="small" presence />
            <span class="option-name">{user().displayName}</span>
            <span class="soft">@{user().username}</span>
          </>
        )}
      </Match>
      <Match when={props.goal.kind === "message" && props.goal.hit}>
        {(hit) => <SearchResult hit={hit()} namesChat />}
      </Match>
    </Switch>
  );
}
