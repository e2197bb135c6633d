import type { Chat, ChatCreation, Member } from "@parley/contracts/chats";
import type { ChatId, UserId } from "@parley/contracts/ids";
import { batch } from "solid-js";
import type { Api } from "../api/api.ts";
import { ApiError } from "../api/request.ts";
import type { ChatHistory } from "../history/history.ts";
import type { People } from "../people/people.ts";
import { trim } from "../room/message-window.ts";
import { beginVisit } from "../room/room.ts";
import type { AppStore } from "./app-state.ts";
import type { ReadMarks } from "./read-marks.ts";
import type { Sync } from "./sync.ts";
import type { ViewedChat } from "./viewed-chat.ts";

interface ChatActionDeps {
  store: AppStore;
  api: Api;
  people: People;
  history: ChatHistory;
  sync: Sync;
  readMarks: ReadMarks;
  viewed: ViewedChat;
}

/** What the user does with chats. The actions over HTTP throw an `ApiError` when they are refused. */
export function createChatActions(deps: ChatActionDeps) {
  const { store, api, people, history, sync, readMarks, viewed } = deps;

  /** Puts a chat on the screen, in the place of the previous one. */
  function show(chat: ChatId | null): void {
    batch(() => {
      const previous = viewed.id();
      if (previous && previous !== chat) store.changeRoom(previous, trim);
      viewed.set(chat);
      if (chat === null) return;
      store.changeRoom(chat, beginVisit);
      void history.open(chat);
    });
  }

  /** @returns the ID of the new chat, or of the direct chat that already existed. */
  async function create(creation: ChatCreation): Promise<string> {
    return adopt(await api.createChat(creation));
  }

  async function openDirect(user: UserId): Promise<string> {
    const known = Object.values(store.state.rooms).find((room) => room.chat.peer?.id === user);
    return known ? known.chat.id : create({ kind: "direct", members: [user] });
  }

  async function join(id: string): Promise<string> {
    return adopt(await api.joinChat(id));
  }

  function adopt(chat: Chat): string {
    batch(() => {
      if (chat.peer) people.upsert([chat.peer]);
      sync.upsertChats([chat]);
    });
    return chat.id;
  }

  /** Accepts a request. */
  async function accept(id: string): Promise<void> {
    adopt(await api.acceptChat(id));
  }

  /** Leaves a chat, or declines a request. */
  async function leave(id: string): Promise<void> {
    await api.leaveChat(id);
    sync.removeChat(id);
  }

  /** Fetches every member, page by page. */
  async function members(chat: ChatId): Promise<Member[]> {
    const all: Member[] = [];
    let after: string | null = null;
    do {
      const page: Awaited<ReturnType<Api["members"]>> = await api.members(chat, after);
      all.push(...page.members);
      after = page.next;
    } while (after !== null);
    people.upsert(all.map(({ user }) => user));
    return all;
  }

  async function addMembers(chat: ChatId, users: readonly UserId[]): Promise<void> {
    for (const user of users) await api.addMember(chat, user);
  }

  /**
   * @returns a public channel that the user has not joined, or null if the user may see none with this
   * ID. One of the user's further chats is taken over, so that its room exists.
   */
  async function preview(id: ChatId): Promise<Chat | null> {
    try {
      const chat = await api.chat(id);
      if (chat.role !== null) adopt(chat);
      return chat.role === null ? chat : null;
    } catch (error) {
      if (error instanceof ApiError && ABSENT.has(error.code)) return null;
      throw error;
    }
  }

  return {
    show,
    setAtBottom: viewed.setAtBottom,
    isWatched: viewed.isWatched,
    markSeen: readMarks.markSeen,
    markRead: readMarks.markRead,
    create,
    openDirect,
    join,
    accept,
    leave,
    members,
    addMembers,
    preview,
    publicChats: api.publicChats,
    /** Loads the next page of chats while `state.moreChats` is true. */
    loadMore: sync.loadMoreChats,
  };
}

/** The codes for a chat that does not exist, and for an ID that is not a UUID. */
const ABSENT: ReadonlySet<string> = new Set(["not_found", "invalid", "bad_request"]);
