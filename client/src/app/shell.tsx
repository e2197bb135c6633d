import type { ChatId } from "@parley/contracts/ids";
import { createContext, useContext } from "solid-js";
import type { ComposerMode } from "../composer/composer-mode.ts";
import type { Session } from "../engine/session/session.ts";
import type { MessagePlace } from "../room/message-place.ts";
import type { Overlay } from "./overlay.ts";

export interface Shell {
  session: Session;
  show: (overlay: Overlay | null) => void;
  composerMode: () => ComposerMode;
  setComposerMode: (mode: ComposerMode) => void;
  /** The target of the last jump. */
  targetMessage: () => MessagePlace | null;
  /** Opens the chat of a message, and scrolls to the message. */
  jumpToMessage: (place: MessagePlace) => void;
  /** Shows a short message at the bottom of the page. */
  notify: (text: string) => void;
  /** Navigates to a chat, or to the list. */
  go: (chat: ChatId | null) => void;
}

const ShellContext = createContext<Shell>();

export const ShellProvider = ShellContext.Provider;

export function useShell(): Shell {
  const shell = useContext(ShellContext);
  if (!shell) throw new Error("useShell() was called outside of the chat page");
  return shell;
}
