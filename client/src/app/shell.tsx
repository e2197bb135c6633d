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
  /** The message that was jumped to last. */
  targetMessage: () => MessagePlace | null;
  /** Goes to a message, wherever it is. */
  jumpToMessage: (place: MessagePlace) => void;
  /** Says in a line what went wrong with something small. */
  notify: (text: string) => void;
  /** Goes to a chat, or to the list. */
  go: (chat: string | null) => void;
}

const ShellContext = createContext<Shell>();

export const ShellProvider = ShellContext.Provider;

export function useShell(): Shell {
  const shell = useContext(ShellContext);
  if (!shell) throw new Error("this component stands outside of the chat page");
  return shell;
}
