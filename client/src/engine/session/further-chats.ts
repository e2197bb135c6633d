import type { Bootstrap } from "@parley/contracts/bootstrap";
import type { Chat } from "@parley/contracts/chats";
import type { ChatId } from "@parley/contracts/ids";
import { LIMITS } from "@parley/contracts/limits";
import { batch } from "solid-js";
import type { Api } from "../api/api.ts";
import { ApiError } from "../api/request.ts";
import type { People } from "../people/people.ts";
import type { AppStore } from "./app-state.ts";

/** With more unknown chats than this, one bootstrap, which brings the newest ones, is cheaper. */
const MAX_SINGLE_FETCHES = 10;

export interface FurtherChatsDeps {
  store: AppStore;
  people: Pick<People, "upsert" | "ensureLoaded">;
  api: Pick<Api, "chat" | "chatPage">;
  fetchBootstrap: () => Promise<Bootstrap>;
  /** Takes over chats of the user. */
  adopt: (chats: readonly Chat[]) => void;
  /** Fetches the bootstrap again, in the background. */
  refresh: () => void;
}

/** The chats that the bootstrap leaves out: fetched page by page, or one by one when an event arrives. */
export function createFurtherChats({ store, people, api, ...deps }: FurtherChatsDeps) {
  /** The last chat of the pages that were fetched; null when there are no further chats. */
  let last: ChatId | null = null;
  const unknown = new Set<ChatId>();
  let isFetching = false;

  /**
   * Fetches the bootstrap, and those further chats that the page has: they may have changed, or the
   * user may have left them.
   */
  async function fetchStart(): Promise<Bootstrap> {
    const bootstrap = await deps.fetchBootstrap();
    const chats = [...bootstrap.chats];
    let next = firstCursor(bootstrap);
    const missing = new Set(Object.keys(store.state.rooms));
    for (const { id } of chats) missing.delete(id);
    while (next !== null && missing.size > 0) {
      const page = await api.chatPage(next);
      chats.push(...page.chats);
      for (const { id } of page.chats) missing.delete(id);
      next = page.next;
    }
    last = next;
    return { ...bootstrap, chats, moreChats: next !== null };
  }

  function adopt(chats: readonly Chat[]): void {
    batch(() => {
      people.upsert(chats.flatMap(({ peer }) => peer ?? []));
      for (const { lastMessage } of chats) if (lastMessage) people.ensureLoaded(lastMessage.sender);
      deps.adopt(chats);
    });
  }

  /** Fetches the next page. @throws ApiError when it is refused. */
  async function loadMore(): Promise<void> {
    if (last === null) return;
    const { chats, next } = await api.chatPage(last);
    last = next;
    adopt(chats);
    store.setState("moreChats", next !== null);
  }

  /** Events of chats arrived that the page does not have. Without further chats, `chat` frames follow. */
  function onUnknown(chats: readonly ChatId[]): void {
    if (!store.state.moreChats) return;
    for (const chat of chats) unknown.add(chat);
    if (!isFetching) void fetchUnknown();
  }

  async function fetchUnknown(): Promise<void> {
    isFetching = true;
    try {
      for (const chat of unknown) {
        if (unknown.size > MAX_SINGLE_FETCHES) break;
        await fetchOne(chat);
        unknown.delete(chat);
      }
      if (unknown.size > 0) deps.refresh();
    } finally {
      unknown.clear();
      isFetching = false;
    }
  }

  /** The user may have left the chat meanwhile; after another failure the next event tries again. */
  async function fetchOne(id: ChatId): Promise<void> {
    try {
      const chat = await api.chat(id);
      if (chat.role !== null) adopt([chat]);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.code !== "not_found") console.warn("a chat could not be fetched:", error);
    }
  }

  return { fetchStart, loadMore, onUnknown };
}

/** If there are further chats, the newest ones come first in the bootstrap. */
function firstCursor({ chats, moreChats }: Bootstrap): ChatId | null {
  return moreChats ? (chats[LIMITS.chats.inBootstrap - 1]?.id ?? null) : null;
}
