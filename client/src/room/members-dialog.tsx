import type { User } from "@parley/contracts/users";
import { createResource, createSignal, For, Match, Show, Switch } from "solid-js";
import { useShell } from "../app/shell.tsx";
import { chatWords as t } from "../i18n/chat-words.ts";
import { dialogWords as d } from "../i18n/dialog-words.ts";
import { Avatar } from "../people/avatar.tsx";
import { PeoplePicker } from "../people/people-picker.tsx";
import { person } from "../people/person.ts";
import { createAttempt } from "../ui/attempt.ts";
import { Dialog } from "../ui/dialog.tsx";
import { Icon } from "../ui/icon.tsx";
import { ProblemLine } from "../ui/problem-line.tsx";
import "../ui/option-list.css";
import "./members-dialog.css";
import type { ChatId } from "@parley/contracts/ids";

/** The members of a chat, with buttons to add people and to leave. */
export function MembersDialog(props: { chat: ChatId }) {
  const { session, show } = useShell();
  const attempt = createAttempt();
  const [isAdding, setIsAdding] = createSignal(false);
  const [chosen, setChosen] = createSignal<User[]>([]);
  const chat = () => session.state.rooms[props.chat]?.chat;
  const [members, { refetch }] = createResource(
    () => [props.chat, chat()?.members] as const,
    ([id]) => session.chats.members(id),
  );
  const known = () => (members.error ? undefined : members.latest);
  const present = () => new Set(known()?.map(({ user }) => user.id));
  const mayAdd = () => chat()?.role === "owner" || chat()?.role === "admin";

  const pick = (user: User) =>
    setChosen((now) =>
      now.some(({ id }) => id === user.id)
        ? now.filter(({ id }) => id !== user.id)
        : [...now, user],
    );

  function add(): void {
    const id = props.chat;
    const users = chosen().map((user) => user.id);
    void attempt.run(async () => {
      await session.chats.addMembers(id, users);
      setIsAdding(false);
      setChosen([]);
      await refetch();
    });
  }

  return (
    <Dialog title={`${chat()?.name ?? ""}`} onClose={() => show(null)}>
      <Show when={chat()?.topic}>
        <p class="soft" dir="auto">
          {chat()?.topic}
        </p>
      </Show>
      <Switch>
        <Match when={isAdding()}>
          <PeoplePicker chosen={chosen()} without={present()} onPick={pick} />
          <ProblemLine text={attempt.problem()} />
          <div class="actions">
            <button type="button" class="button quiet" onClick={() => setIsAdding(false)}>
              {t().cancel}
            </button>
            <button
              type="button"
              class="button primary"
              disabled={chosen().length === 0}
              aria-busy={attempt.busy()}
              onClick={add}
            >
              {d().add}
            </button>
          </div>
        </Match>
        <Match when={true}>
          <h3 class="label members-title">{t().members(chat()?.members ?? 0)}</h3>
          <Show when={members.error}>
            <button type="button" class="button plain" onClick={() => void refetch()}>
              {t().tryAgain}
            </button>
          </Show>
          <ul class="options">
            <For each={known()}>
              {(member) => (
                <li>
                  <button
                    type="button"
                    class="option"
                    onClick={() => show({ kind: "person", user: member.user.id })}
                  >
                    <Avatar user={person(session, member.user.id)} size="medium" presence />
                    <span class="option-name">{member.user.displayName}</span>
                    <span class="soft">
                      {[member.user.id === session.me()?.id && t().you, d().roles[member.role]]
                        .filter(Boolean)
                        .join(" · ")}
                    </span>
                  </button>
                </li>
              )}
            </For>
          </ul>
          <div class="actions">
            <button
              type="button"
              class="button danger"
              onClick={() => show({ kind: "leave", chat: props.chat })}
            >
              {d().leave}
            </button>
            <Show when={mayAdd()}>
              <button type="button" class="button plain" onClick={() => setIsAdding(true)}>
                <Icon name="plus" />
                {d().addPeople}
              </button>
            </Show>
          </div>
        </Match>
      </Switch>
    </Dialog>
  );
}
