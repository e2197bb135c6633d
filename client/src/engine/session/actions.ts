import type { Chat, ChatCreation, Member } from "@parley/contracts/chats";
import type { User } from "@parley/contracts/users";
import { batch } from "solid-js";
import type { Api, ProfileChange } from "../api/api.ts";
import { ApiError } from "../api/request.ts";
import type { People } from "../people/people.ts";
import type { AppStore } from "./app-state.ts";
import type { Sync } from "./sync.ts";

interface ActionDeps {
  store: AppStore;
  api: Api;
  people: People;
  sync: Sync;
}

/** What a person does by hand, over HTTP: each throws an {@link ApiError} when it is refused. */
export function createActions({ store, api, people, sync }: ActionDeps) {
  const { state, setState } = store;

  function enter(chat: Chat): string {
    batch(() => {
      if (chat.peer) people.learn([chat.peer]);
      sync.put(chat);
    });
    return chat.id;
  }

  /** @returns the new chat's ID, or that of the direct chat that was there already. */
  async function createChat(creation: ChatCreation): Promise<string> {
    return enter(await api.createChat(creation));
  }

  async function openDirect(user: string): Promise<string> {
    const known = Object.values(state.rooms).find((room) => room.chat.peer?.id === user);
    return known ? known.chat.id : createChat({ kind: "direct", members: [user] });
  }

  async function joinChat(id: string): Promise<string> {
    return enter(await api.joinChat(id));
  }

  async function leaveChat(id: string): Promise<void> {
    await api.leaveChat(id);
    sync.remove(id);
  }

  /** Every member, page by page. */
  async function members(chat: string): Promise<Member[]> {
    const all: Member[] = [];
    let after: string | null = null;
    do {
      const page: Awaited<ReturnType<Api["members"]>> = await api.members(chat, after);
      all.push(...page.members);
      after = page.next;
    } while (after !== null);
    people.learn(all.map(({ user }) => user));
    return all;
  }

  async function addMembers(chat: string, users: readonly string[]): Promise<void> {
    for (const user of users) await api.addMember(chat, user);
  }

  /** A public channel that is not one's own yet, or null when there is none for this person. */
  async function preview(chat: string): Promise<Chat | null> {
    try {
      return await api.chat(chat);
    } catch (error) {
      const isNone = error instanceof ApiError && NONE.has(error.code);
      if (isNone) return null;
      throw error;
    }
  }

  async function searchPeople(query: string): Promise<User[]> {
    const users = await api.searchUsers(query);
    people.learn(users);
    return users;
  }

  async function block(user: string, seconds: number | null): Promise<void> {
    const created = await api.block(user, seconds);
    sync.outdate();
    setState("blocks", user, created);
  }

  async function unblock(user: string): Promise<void> {
    await api.unblock(user);
    sync.outdate();
    store.forget("blocks", user);
    await people.fetchUsers([user]);
  }

  async function changeProfile(change: ProfileChange): Promise<void> {
    people.learn([await api.changeProfile(change)]);
  }

  async function setAvatar(image: Blob | null): Promise<void> {
    people.learn([await (image ? api.putAvatar(image) : api.deleteAvatar())]);
  }

  /** Its event brings the new words to everyone, this page included. */
  async function editMessage(chat: string, seq: number, body: string): Promise<void> {
    await api.editMessage(chat, seq, body);
  }

  async function searchMessages(query: string, chat: string | null, before: string | null) {
    const page = await api.search(query, chat, before);
    people.learn(page.users);
    return page;
  }

  return {
    createChat,
    openDirect,
    joinChat,
    leaveChat,
    members,
    addMembers,
    preview,
    publicChats: api.publicChats,
    searchPeople,
    searchMessages,
    editMessage,
    deleteMessage: api.deleteMessage,
    block,
    unblock,
    changeProfile,
    setAvatar,
  };
}

/** What a chat answers that is not there, or whose ID is none. */
const NONE: ReadonlySet<string> = new Set(["not_found", "invalid", "bad_request"]);
