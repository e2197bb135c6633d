import type { ChatId } from "@parley/contracts/ids";
import { batch } from "solid-js";
import type { Api } from "../api/api.ts";
import type { Sender, Written } from "../outbox/sender.ts";
import type { People } from "../people/people.ts";
import { showNewest } from "../room/room.ts";
import type { LocalStore } from "../storage/local-store.ts";
import type { AppStore } from "./app-state.ts";
import type { Reactions } from "./reactions.ts";
import type { Typing } from "./typing.ts";

interface MessageActionDeps {
  store: AppStore;
  api: Api;
  people: People;
  sender: Sender;
  drafts: LocalStore;
  typing: Typing;
  reactions: Reactions;
  /** Connects again at once if the connection is lost. */
  wake: () => void;
}

/** What the user does with messages. The actions over HTTP throw an `ApiError` when they are refused. */
export function createMessageActions(deps: MessageActionDeps) {
  const { store, api, people, sender, drafts, typing, reactions, wake } = deps;

  /** Queues a message, which stays in `state.outbox` until its event arrives. */
  function write(written: Written): void {
    const { chat, body } = written;
    batch(() => {
      store.changeRoom(chat, showNewest);
      typing.onMessageSent(chat);
      // Deleted first, because the message may need the space. Another tab may have changed the draft.
      if (drafts.get(chat)?.trim() === body) drafts.delete(chat);
      sender.write(written);
    });
  }

  /** Sends a message again at once, without waiting for the back-off of a lost connection. */
  function retry(clientId: string): void {
    sender.retry(clientId);
    wake();
  }

  /** Edits a message. Its event brings the new body to every page, including this one. */
  async function edit(chat: ChatId, seq: number, body: string): Promise<void> {
    await api.editMessage(chat, seq, body);
  }

  async function search(...asked: Parameters<Api["search"]>) {
    const page = await api.search(...asked);
    people.upsert(page.users);
    return page;
  }

  return {
    write,
    retry,
    discard: sender.discard,
    unsent: sender.unsent,
    drafts,
    edit,
    delete: api.deleteMessage,
    react: reactions.react,
    reactionsOf: reactions.reactionsOf,
    tellTyping: typing.tell,
    search,
  };
}
