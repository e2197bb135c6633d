import type { Message } from "@parley/contracts/messages";
import { createMemo, Show } from "solid-js";
import type { MessageMenuProps } from "../app/overlay.ts";
import { useShell } from "../app/shell.tsx";
import { chatWords as t } from "../i18n/chat-words.ts";
import { dialogWords as d } from "../i18n/dialog-words.ts";
import { Dialog } from "../ui/dialog.tsx";
import { Icon, type IconName } from "../ui/icon.tsx";
import { copyText } from "./copy-text.ts";
import { EmojiPicker } from "./emoji-picker.tsx";
import { react } from "./react.ts";
import "./message-menu.css";

/** The actions that the user may take on a message. */
export function MessageMenu(props: MessageMenuProps) {
  const shell = useShell();
  const { session, show } = shell;
  const message = createMemo(() => session.history.findQuoted(props.chat, props.seq));
  const title = () => (props.part === "reactions" ? t().react : t().messageTools);
  return (
    <Dialog title={title()} class="menu" beside={props.beside} onClose={() => show(null)}>
      <Show when={message()}>
        {(message) => (
          <>
            <Show when={props.part !== "actions"}>
              <EmojiPicker
                onPick={(emoji) => {
                  const mine = isMine(session.messages.reactionsOf(message()), emoji);
                  react(shell, message(), emoji, !mine);
                  show(null);
                }}
              />
            </Show>
            <Show when={props.part !== "reactions"}>
              <Actions message={message()} />
            </Show>
          </>
        )}
      </Show>
    </Dialog>
  );
}

const isMine = (reactions: Message["reactions"], emoji: string) =>
  reactions.some((reaction) => reaction.emoji === emoji && reaction.mine);

function Actions(props: { message: Message }) {
  const { session, show, setComposerMode, notify } = useShell();
  const place = () => ({ chat: props.message.chat, seq: props.message.seq });
  const isOwn = () => props.message.sender === session.me()?.id;
  const role = () => session.state.rooms[props.message.chat]?.chat.role;
  const mayDelete = () => isOwn() || role() === "owner" || role() === "admin";
  const compose = (kind: "reply" | "edit") => {
    show(null);
    setComposerMode({ kind, ...place() });
  };
  const copy = () => {
    const { body } = props.message;
    show(null);
    void copyText(body).then((isCopied) => isCopied || notify(d().copyFailed));
  };
  return (
    <ul class="menu-items">
      <Item icon="reply" label={t().reply} onPress={() => compose("reply")} />
      <Item icon="copy" label={d().copyText} onPress={copy} />
      <Show when={isOwn()}>
        <Item icon="edit" label={d().edit} onPress={() => compose("edit")} />
      </Show>
      <Show when={mayDelete()}>
        <Item
          icon="remove"
          label={d().delete}
          isDangerous
          onPress={() => show({ kind: "delete_message", ...place() })}
        />
      </Show>
    </ul>
  );
}

interface ItemProps {
  icon: IconName;
  label: string;
  isDangerous?: boolean;
  onPress: () => void;
}

function Item(props: ItemProps) {
  return (
    <li>
      <button
        type="button"
        class="menu-item"
        classList={{ dangerous: props.isDangerous === true }}
        onClick={() => props.onPress()}
      >
        <Icon name={props.icon} />
        {props.label}
      </button>
    </li>
  );
}
