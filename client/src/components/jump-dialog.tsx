import {
  createEffect,
  createMemo,
  createSignal,
  createUniqueId,
  For,
  Match,
  on,
  Show,
  Switch,
} from "solid-js";
import { chatWords as t } from "../i18n/chat-words.ts";
import { Avatar } from "./avatar.tsx";
import { ChatSign } from "./chat-sign.tsx";
import { Dialog } from "./dialog.tsx";
import { type Goal, matchingRooms } from "./jump-goals.ts";
import { createPeopleSearch } from "./people-search.ts";
import { chatName, useShell } from "./shell.tsx";

/** The quick way to a chat or a person: type, and press Enter. */
export function JumpDialog() {
  const { session, show, go } = useShell();
  const id = createUniqueId();
  const [query, setQuery] = createSignal("");
  const [chosen, setChosen] = createSignal(0);
  const people = createPeopleSearch(query);
  const goals = createMemo<Goal[]>(() => {
    const name = (room: Parameters<typeof matchingRooms>[0][number]) =>
      chatName(session, room.chat);
    const rooms = matchingRooms(Object.values(session.state.rooms), query(), name);
    const peers = new Set(rooms.map(({ room }) => room.chat.peer?.id));
    const others = (query().trim() === "" ? [] : (people() ?? [])).filter(
      ({ id }) => !peers.has(id),
    );
    return [...rooms, ...others.map((user) => ({ kind: "person" as const, user }))];
  });
  createEffect(on(query, () => setChosen(0)));

  async function choose(goal: Goal | undefined): Promise<void> {
    if (!goal) return;
    show(null);
    go(goal.kind === "room" ? goal.room.chat.id : await session.openDirect(goal.user.id));
  }

  function pressed(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Enter") void choose(goals()[chosen()]);
    else if (step) setChosen((now) => wrap(now + step, goals().length));
    else return;
    event.preventDefault();
  }

  return (
    <Dialog title={t().jumpTo} class="jump" onClose={() => show(null)}>
      <input
        type="search"
        class="input"
        aria-label={t().jumpTo}
        placeholder={t().jumpTo}
        aria-controls={`${id}-list`}
        aria-activedescendant={goals().length > 0 ? `${id}-${chosen()}` : undefined}
        autocomplete="off"
        autofocus
        value={query()}
        onInput={(event) => setQuery(event.currentTarget.value)}
        onKeyDown={pressed}
      />
      <div class="options" role="listbox" id={`${id}-list`} aria-label={t().chats}>
        <For each={goals()}>
          {(goal, index) => (
            <div
              role="option"
              tabIndex={-1}
              id={`${id}-${index()}`}
              class="option"
              aria-selected={index() === chosen()}
              onPointerMove={() => setChosen(index())}
              onClick={() => void choose(goal)}
              onKeyDown={pressed}
            >
              <GoalView goal={goal} />
            </div>
          )}
        </For>
      </div>
      <Show when={goals().length === 0 && query() !== ""}>
        <p class="none">{t().nothingFound}</p>
      </Show>
    </Dialog>
  );
}

function GoalView(props: { goal: Goal }) {
  const { session } = useShell();
  return (
    <Switch>
      <Match when={props.goal.kind === "room" && props.goal.room.chat}>
        {(chat) => (
          <>
            <ChatSign chat={chat()} />
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
    </Switch>
  );
}

const wrap = (index: number, length: number) => (length === 0 ? 0 : (index + length) % length);
