import type { Message } from "@parley/contracts/messages";
import type { MessageMenuProps, OverlayKind } from "../app/overlay.ts";
import { useShell } from "../app/shell.tsx";
import { chatWords as t } from "../i18n/chat-words.ts";
import { Icon, type IconName } from "../ui/icon.tsx";
import { isPhone } from "../ui/viewport.ts";
import "./message-tools.css";

/** The toolbar of a message that is hovered or focused. */
export function MessageTools(props: { message: Message }) {
  const { show, setComposerMode } = useShell();
  const place = () => ({ chat: props.message.chat, seq: props.message.seq });
  const open = (part: MessageMenuProps["part"], button: HTMLElement) =>
    show({ kind: "message_menu", part, beside: button.getBoundingClientRect(), ...place() });
  return (
    <div class="tools" role="toolbar" aria-label={t().messageTools}>
      <Tool
        icon="smile"
        label={t().react}
        opens="message_menu"
        onPress={(button) => open("reactions", button)}
      />
      <Tool
        icon="reply"
        label={t().reply}
        onPress={() => setComposerMode({ kind: "reply", ...place() })}
      />
      <Tool
        icon="dots"
        label={t().more}
        opens="message_menu"
        onPress={(button) => open(isPhone() ? "all" : "actions", button)}
      />
    </div>
  );
}

interface ToolProps {
  icon: IconName;
  label: string;
  opens?: OverlayKind;
  onPress: (button: HTMLElement) => void;
}

function Tool(props: ToolProps) {
  return (
    <button
      type="button"
      class={`icon-button tool-${props.icon}`}
      aria-label={props.label}
      title={props.label}
      data-opens={props.opens}
      onClick={(event) => props.onPress(event.currentTarget)}
    >
      <Icon name={props.icon} />
    </button>
  );
}
