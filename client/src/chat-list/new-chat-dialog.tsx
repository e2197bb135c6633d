import { createSignal, For, Match, Switch, untrack } from "solid-js";
import type { NewChatTab } from "../app/overlay.ts";
import { useShell } from "../app/shell.tsx";
import { chatWords as t } from "../i18n/chat-words.ts";
import { dialogWords as d } from "../i18n/dialog-words.ts";
import { PeoplePicker } from "../people/people-picker.tsx";
import { createAttempt } from "../ui/attempt.ts";
import { Dialog } from "../ui/dialog.tsx";
import { ProblemLine } from "../ui/problem-line.tsx";
import { ChannelBrowser } from "./channel-browser.tsx";
import { ChannelForm } from "./channel-form.tsx";
import { GroupForm } from "./group-form.tsx";
import "./new-chat-dialog.css";
import type { UserId } from "@parley/contracts/ids";

const KINDS: readonly NewChatTab[] = ["direct", "group", "channel", "browse"];

/** Starts a direct chat, a group or a channel, or joins a public channel. */
export function NewChatDialog(props: { tab?: NewChatTab }) {
  const { show } = useShell();
  const [kind, setKind] = createSignal(untrack(() => props.tab ?? "direct"));
  return (
    <Dialog title={t().newChat} onClose={() => show(null)}>
      <fieldset class="tabs">
        <legend class="visually-hidden">{t().newChat}</legend>
        <For each={KINDS}>
          {(each) => (
            <label class="tab">
              <input
                type="radio"
                name="kind"
                checked={kind() === each}
                onChange={() => setKind(each)}
              />
              {d()[each]}
            </label>
          )}
        </For>
      </fieldset>
      <Switch>
        <Match when={kind() === "direct"}>
          <DirectPicker />
        </Match>
        <Match when={kind() === "group"}>
          <GroupForm />
        </Match>
        <Match when={kind() === "channel"}>
          <ChannelForm />
        </Match>
        <Match when={kind() === "browse"}>
          <ChannelBrowser />
        </Match>
      </Switch>
    </Dialog>
  );
}

function DirectPicker() {
  const { session, show, go } = useShell();
  const attempt = createAttempt();
  const open = (user: UserId) =>
    attempt.run(async () => {
      const chat = await session.chats.openDirect(user);
      show(null);
      go(chat);
    });
  return (
    <>
      <PeoplePicker chosen={[]} onPick={(user) => void open(user.id)} />
      <ProblemLine text={attempt.problem()} />
    </>
  );
}
