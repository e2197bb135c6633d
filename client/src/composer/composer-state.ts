import type { Chat } from "@parley/contracts/chats";
import type { Message } from "@parley/contracts/messages";
import { createEffect, createMemo, createSignal, on, onCleanup, untrack } from "solid-js";
import { useShell } from "../app/shell.tsx";
import { createAttempt } from "../ui/attempt.ts";
import type { ComposerMode } from "./composer-mode.ts";

const NEW: ComposerMode = { kind: "new" };

/** What stands in the composer of a chat, and what becomes of it; drafts outlive the page. */
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
  const about = (): Message | undefined => {
    const now = mode();
    return now.kind === "new" ? undefined : session.history.findQuoted(now.chat, now.seq);
  };

  function type(value: string): void {
    setText(value);
    const now = mode();
    if (now.kind === "edit") {
      keepEdit(now.seq, value);
    } else {
      keepDraft(chat(), value);
      if (value.trim() !== "") session.messages.tellTyping(chat());
    }
  }

  function keepDraft(key: string, value: string): void {
    if (value === "") drafts.delete(key);
    else drafts.set(key, value);
  }

  function keepEdit(seq: number, value: string): void {
    drafts.set(editKey(), `${seq} ${value}`);
  }

  /** What an edit had come to when its chat was left. */
  function keptEdit(): { seq: number; body: string } | undefined {
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
    if (body === about()?.body) return setComposerMode(NEW);
    if (await attempt.run(() => session.messages.edit(id, seq, body))) setComposerMode(NEW);
  }

  function cancel(): void {
    setComposerMode(NEW);
  }

  /** One's own last words, to mend them. */
  function editLast(): boolean {
    const me = session.me()?.id;
    const last = session.state.rooms[chat()]?.messages.findLast(
      ({ sender, deletedAt }) => sender === me && !deletedAt,
    );
    if (last) setComposerMode({ kind: "edit", chat: chat(), seq: last.seq });
    return last !== undefined;
  }

  // A reply or an edit begun before a reload goes on being one.
  untrack(() => {
    if (mode().kind !== "new") return;
    const seq = Number(drafts.get(replyKey()));
    const edit = keptEdit();
    if (edit) setComposerMode({ kind: "edit", chat: chat(), seq: edit.seq });
    else if (seq) setComposerMode({ kind: "reply", chat: chat(), seq });
  });
  createEffect(
    on(mode, (now, before) => {
      if (now.kind === "edit") {
        const kept = keptEdit();
        setText(kept?.seq === now.seq ? kept.body : (about()?.body ?? ""));
      } else if (before?.kind === "edit") {
        setText(draft());
        drafts.delete(editKey());
      }
      if (now.kind !== "edit") keepDraft(replyKey(), now.kind === "reply" ? `${now.seq}` : "");
    }),
  );
  // A chat has one draft, in whichever tab it is written.
  const mirror = ({ key }: StorageEvent) => {
    if (key?.endsWith(`.${chat()}`) && !isEditing()) setText(draft());
  };
  globalThis.addEventListener("storage", mirror);
  onCleanup(() => globalThis.removeEventListener("storage", mirror));
  // What is edited may be deleted elsewhere meanwhile.
  createEffect(() => {
    if (isEditing() && about()?.deletedAt) cancel();
  });

  return { text, type, submit, cancel, editLast, mode, about, attempt };
}
