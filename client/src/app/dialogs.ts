import { type LazyDialog, lazyDialog } from "./lazy-dialog.tsx";
import type { OverlayKind, OverlayProps } from "./overlay.ts";

/** The dialogs of the page, each in a chunk of its own. */
export const DIALOGS: { readonly [Kind in OverlayKind]: LazyDialog<OverlayProps[Kind]> } = {
  jump: lazyDialog(async () => (await import("../search/jump-dialog.tsx")).JumpDialog),
  new_chat: lazyDialog(
    async () => (await import("../chat-list/new-chat-dialog.tsx")).NewChatDialog,
  ),
  settings: lazyDialog(
    async () => (await import("../settings/settings-dialog.tsx")).SettingsDialog,
  ),
  unsent: lazyDialog(async () => (await import("./unsent-dialog.tsx")).UnsentDialog),
  person: lazyDialog(async () => (await import("../people/person-dialog.tsx")).PersonDialog),
  members: lazyDialog(async () => (await import("../room/members-dialog.tsx")).MembersDialog),
  leave: lazyDialog(async () => (await import("../room/leave-dialog.tsx")).LeaveDialog),
  search: lazyDialog(async () => (await import("../search/search-dialog.tsx")).SearchDialog),
  message_menu: lazyDialog(async () => (await import("../room/message-menu.tsx")).MessageMenu),
  delete_message: lazyDialog(
    async () => (await import("../room/delete-message-dialog.tsx")).DeleteMessageDialog,
  ),
};
