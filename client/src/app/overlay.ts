import type { ChatId, UserId } from "@parley/contracts/ids";
import type { MessagePlace } from "../room/message-place.ts";

/** The tabs of the dialog that starts a chat. */
export type NewChatTab = "direct" | "group" | "channel" | "browse";

/** A message menu beside the button that opened it, or as a sheet where `beside` is null. */
export interface MessageMenuProps extends MessagePlace {
  part: "reactions" | "actions" | "all";
  beside: DOMRect | null;
}

/** The props of each dialog, by its kind. */
export interface OverlayProps {
  jump: object;
  new_chat: { tab?: NewChatTab };
  settings: object;
  unsent: object;
  /** `isBlocking`: the dialog begins with the form that blocks the user. */
  person: { user: UserId; isBlocking?: boolean };
  members: { chat: ChatId };
  leave: { chat: ChatId };
  search: { chat: ChatId };
  message_menu: MessageMenuProps;
  delete_message: MessagePlace;
}

export type OverlayKind = keyof OverlayProps;

/** A dialog over the page with its props; at most one is open. */
export type Overlay = {
  [Kind in OverlayKind]: { kind: Kind } & OverlayProps[Kind];
}[OverlayKind];

/** Whether two overlays are the same dialog with the same props, which need not be opened anew. */
export function isSameOverlay(a: Overlay | null, b: Overlay | null): boolean {
  const [one, other] = [Object.entries(a ?? {}), Object.entries(b ?? {})];
  return (
    one.length === other.length && one.every(([key, value]) => Reflect.get(b ?? {}, key) === value)
  );
}
