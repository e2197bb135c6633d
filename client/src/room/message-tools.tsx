import type { Message } from "@parley/contracts/messages";
import { type MessageMenuOverlay, useShell } from "../app/shell.tsx";
import { chatWords as t } from "../i18n/chat-words.ts";
import { Icon, type IconName } from "../ui/icon.tsx";
import { isPhone } from "../ui/viewport.ts";
import "./message-tools.css";

/** What floats in beside a message under the pointer, or in the focus. */
export function MessageTools(props: { message: Message }) {
  const { show, write } = useShell();
  const place = () => ({ chat: props.message.chat, seq: props.message.seq });
  const open = (part: MessageMenuOverlay["part"], button: HTMLElement) =>
    show({ kind: "message_menu", part, beside: button.getBoundingClientRect(), ...place() });
  return (
    <div class="tools" role="toolbar" aria-label={t().messageTools}>
      <Tool icon="smile" label={t().react} onPress={(button) => open("reactions", button)} />
      <Tool icon="reply" label={t().reply} onPress={() => write({ kind: "reply", ...place() })} />
      <Tool
        icon="dots"
        label={t().more}
        onPress={(button) => open(isPhone() ? "all" : "actions", button)}
      />
    </div>
  );
}

interface ToolProps {
  icon: IconName;
  label: string;
  onPress: (button: HTMLElement) => void;
}

function Tool(props: ToolProps) {
  return (
    <button
      type="button"
      class={`icon-button tool-${props.icon}`}
      aria-label={props.label}
      title={props.label}
      onClick={(event) => props.onPress(event.currentTarget)}
    >
      <Icon name={props.icon} />
    </button>
  );
}
