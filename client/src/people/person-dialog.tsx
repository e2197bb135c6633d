import { createSignal, Match, onMount, Show, Switch, untrack } from "solid-js";
import type { OverlayProps } from "../app/overlay.ts";
import { useShell } from "../app/shell.tsx";
import { chatWords as t } from "../i18n/chat-words.ts";
import { dialogWords as d } from "../i18n/dialog-words.ts";
import { createAttempt } from "../ui/attempt.ts";
import { Dialog } from "../ui/dialog.tsx";
import { ProblemLine } from "../ui/problem-line.tsx";
import { Avatar } from "./avatar.tsx";
import { BlockForm } from "./block-form.tsx";
import { blockText } from "./block-text.ts";
import { person, personName } from "./person.ts";
import { presenceText } from "./presence-text.ts";
import "./person-dialog.css";

type PersonDialogProps = OverlayProps["person"];

/** The profile of a user, with buttons to write to them and to block them. */
export function PersonDialog(props: PersonDialogProps) {
  const { session, show, go } = useShell();
  const attempt = createAttempt();
  const [isBlocking, setIsBlocking] = createSignal(untrack(() => props.isBlocking ?? false));
  const user = () => person(session, props.user);
  // The server reports presence only of users in a shared chat: that of others may be out of date.
  onMount(() => session.people.refresh(props.user));
  const isMe = () => props.user === session.me()?.id;
  const block = () => session.state.blocks[props.user];

  function write(): void {
    const id = props.user;
    void attempt.run(async () => {
      const chat = await session.chats.openDirect(id);
      show(null);
      go(chat);
    });
  }

  function unblock(): void {
    const id = props.user;
    void attempt.run(() => session.people.unblock(id));
  }

  return (
    <Dialog title={personName(session, props.user)} class="person" onClose={() => show(null)}>
      <div class="card">
        <Avatar user={user()} size="large" />
        <div>
          <p class="soft">@{user()?.username}</p>
          <p class="presence" classList={{ online: user()?.online === true }}>
            {presenceText(user())}
          </p>
        </div>
      </div>
      <Show when={user()?.bio}>
        <p class="bio" dir="auto">
          {user()?.bio}
        </p>
      </Show>
      <ProblemLine text={attempt.problem()} />
      <Switch>
        <Match when={isMe()}>
          <div class="actions">
            <button type="button" class="button plain" onClick={() => show({ kind: "settings" })}>
              {t().settings}
            </button>
          </div>
        </Match>
        <Match when={block()}>
          {(block) => (
            <>
              <p class="soft">{blockText(block())}.</p>
              <div class="actions">
                <button type="button" class="button plain" onClick={unblock}>
                  {t().unblock}
                </button>
              </div>
            </>
          )}
        </Match>
        <Match when={isBlocking()}>
          <BlockForm
            user={props.user}
            onDone={() => show(null)}
            onCancel={() => setIsBlocking(false)}
          />
        </Match>
        <Match when={true}>
          <div class="actions">
            <button type="button" class="button danger" onClick={() => setIsBlocking(true)}>
              {t().block}
            </button>
            <button type="button" class="button primary" onClick={write}>
              {d().writeTo}
            </button>
          </div>
        </Match>
      </Switch>
    </Dialog>
  );
}
