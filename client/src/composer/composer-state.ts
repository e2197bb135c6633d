import type { Chat } from "@parley/contracts/chats";
import type { Message } from "@parley/contracts/messages";
import { createEffect, createMemo, createSignal, on, onCleanup, untrack } from "solid-js";
import { useShell } from "../app/shell.tsx";
import { createAttempt } from "../ui/attempt.ts";
import type { ComposerMode } from "./composer-mode.ts";

const NEW: ComposerMode = { kind: "new" };

/** The text and the mode of a chat’s composer; both are stored as drafts, which survive a reload. */
export function createComposerState(props: { chat: Chat }) {
  const { session, show, composerMode, setComposerMode } = useShell();
  const { drafts } = session.messages;
  const chat = () => props.chat.id;
  const draft = () => drafts.get(chat()) ?? "";
  const replyKey = () => `${chat()}.reply`;
  const editKey = () => `${chat()}.edit`;
  const [text, setText] = createSignal(untrack(draft));
  const attempt = createAttempt();
  const mode = createMemo<ComposerMode>(() => {
    const now = composerMode();
    return now.kind !== "new" && now.chat === chat() ? now : NEW;
  });
  const isEditing = () => mode().kind === "edit";
  const target = (): Message | undefined => {
    const now = mode();
    return now.kind === "new" ? undefined : session.history.findQuoted(now.chat, now.seq);
  };

  function type(value: string): void {
    setText(value);
    const now = mode();
    if (now.kind === "edit") {
      storeEdit(now.seq, value);
    } else {
      storeDraft(chat(), value);
      if (value.trim() !== "") session.messages.tellTyping(chat());
    }
  }

  function storeDraft(key: string, value: string): void {
    if (value === "") drafts.delete(key);
    else drafts.set(key, value);
  }

  function storeEdit(seq: number, value: string): void {
    drafts.set(editKey(), `${seq} ${value}`);
  }

  /** The stored draft of an edit. */
  function storedEdit(): { seq: number; body: string } | undefined {
    const [, seq, body = ""] = drafts.get(editKey())?.match(/^(\d+) (.*)$/s) ?? [];
    return seq === undefined ? undefined : { seq: Number(seq), body };
  }

  function submit(): void {
    const body = text().trim();
    const now = mode();
    if (now.kind === "edit") return void edit(now.seq, body);
    if (body === "") return;
    session.messages.write({ chat: chat(), body, replyTo: now.kind === "reply" ? now.seq : null });
    setText("");
    setComposerMode(NEW);
  }

  async function edit(seq: number, body: string): Promise<void> {
    const id = chat();
    if (body === "") return show({ kind: "delete_message", chat: id, seq });
    if (body === target()?.body) return setComposerMode(NEW);
    if (await attempt.run(() => session.messages.edit(id, seq, body))) setComposerMode(NEW);
  }

  function cancel(): void {
    setComposerMode(NEW);
  }

  /** Begins to edit the user's last message. @returns whether there is one. */
  function editLast(): boolean {
    const me = session.me()?.id;
    const last = session.state.rooms[chat()]?.messages.findLast(
      ({ sender, deletedAt }) => sender === me && !deletedAt,
    );
    if (last) setComposerMode({ kind: "edit", chat: chat(), seq: last.seq });
    return last !== undefined;
  }

  // Restores a reply or an edit that was begun before a reload.
  untrack(() => {
    if (mode().kind !== "new") return;
    const seq = Number(drafts.get(replyKey()));
    const edit = storedEdit();
    if (edit) setComposerMode({ kind: "edit", chat: chat(), seq: edit.seq });
    else if (seq) setComposerMode({ kind: "reply", chat: chat(), seq });
  });
  createEffect(
    on(mode, (now, before) => {
      if (now.kind === "edit") {
        const stored = storedEdit();
        setText(stored?.seq === now.seq ? stored.body : (target()?.body ?? ""));
      } else if (before?.kind === "edit") {
        setText(draft());
        drafts.delete(editKey());
      }
      if (now.kind !== "edit") storeDraft(replyKey(), now.kind === "reply" ? `${now.seq}` : "");
    }),
  );
  // All tabs share the draft of a chat.
  const syncDraft = ({ key }: StorageEvent) => {
    if (key?.endsWith(`.${chat()}`) && !isEditing()) setText(draft());
  };
  globalThis.addEventListener("storage", syncDraft);
  onCleanup(() => globalThis.removeEventListener("storage", syncDraft));
  // The edited message may be deleted elsewhere.
  createEffect(() => {
    if (isEditing() && target()?.deletedAt) cancel();
  });

  return { text, type, submit, cancel, editLast, mode, target, attempt };
}
