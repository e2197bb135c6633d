import { Block } from "@parley/contracts/blocks";
import { Bootstrap } from "@parley/contracts/bootstrap";
import { Chat, type ChatCreation, ChatList, Member, MemberList } from "@parley/contracts/chats";
import { Message, MessagePage, SearchPage } from "@parley/contracts/messages";
import { RenewedSession } from "@parley/contracts/sessions";
import { User, UserList } from "@parley/contracts/users";
import * as v from "valibot";
import type { Language } from "../../i18n/pick-language.ts";
import { ApiError, type Request, type RequestOptions } from "./request.ts";

export interface ProfileChange {
  displayName?: string;
  bio?: string;
  locale?: Language;
}

/** Which page of a chat's history. */
export type PagePlace =
  | { at: "newest" }
  | { at: "before" | "after" | "around"; seq: number; limit?: number };

export type Api = ReturnType<typeof createApi>;

/** The server's routes that the chat needs, parsed; whoever is not signed in any more is reported. */
export function createApi(request: Request, onSignedOut: () => void) {
  async function call(path: string, options?: RequestOptions): Promise<unknown> {
    try {
      return await request(path, options);
    } catch (error) {
      if (error instanceof ApiError && error.code === "unauthenticated") onSignedOut();
      throw error;
    }
  }

  async function get<T extends v.GenericSchema>(schema: T, path: string, options?: RequestOptions) {
    return v.parse(schema, await call(path, options));
  }

  async function act(path: string, options: RequestOptions): Promise<void> {
    await call(path, options);
  }

  return {
    bootstrap: () => get(Bootstrap, "/bootstrap"),
    // These two do not report a session that ended: whoever asks decides what that means.
    renew: async () => v.parse(RenewedSession, await request("/session", { method: "POST" })),
    signOut: async () => void (await request("/logout", { method: "POST" })),

    chat: (id: string) => get(Chat, `/chats/${id}`),
    publicChats: async (query: string) =>
      (await get(ChatList, `/chats?${new URLSearchParams({ public: "1", query })}`)).chats,
    createChat: (json: ChatCreation) => get(Chat, "/chats", { method: "POST", json }),
    joinChat: (id: string) => get(Chat, `/chats/${id}/join`, { method: "POST" }),
    leaveChat: (id: string) => act(`/chats/${id}/leave`, { method: "POST" }),
    members: (id: string, after: string | null) =>
      get(MemberList, `/chats/${id}/members${after ? `?${new URLSearchParams({ after })}` : ""}`),
    addMember: (chat: string, user: string) =>
      get(Member, `/chats/${chat}/members/${user}`, { method: "PUT", json: {} }),
    messages: (chat: string, place: PagePlace) =>
      get(MessagePage, `/messages?${new URLSearchParams({ chat, ...pageFields(place) })}`),
    editMessage: (chat: string, seq: number, body: string) =>
      get(Message, `/messages/${chat}/${seq}`, { method: "PATCH", json: { body } }),
    deleteMessage: (chat: string, seq: number) =>
      act(`/messages/${chat}/${seq}`, { method: "DELETE" }),
    react: (chat: string, seq: number, emoji: string, isOn: boolean) =>
      get(Message, `/messages/${chat}/${seq}/reactions/${encodeURIComponent(emoji)}`, {
        method: isOn ? "PUT" : "DELETE",
      }),
    /** `before` is the `next` of the page before. */
    search: (query: string, chat: string | null, before: string | null) =>
      get(
        SearchPage,
        `/messages/search?${new URLSearchParams({
          query,
          limit: "20",
          ...(chat !== null && { chat }),
          ...(before !== null && { before }),
        })}`,
      ),

    usersById: async (ids: readonly string[]) =>
      (await get(UserList, `/users?ids=${ids.join(",")}`)).users,
    searchUsers: async (query: string) =>
      (await get(UserList, `/users?${new URLSearchParams({ query, limit: "20" })}`)).users,
    changeProfile: (json: ProfileChange) => get(User, "/profile", { method: "PATCH", json }),
    putAvatar: (blob: Blob) => get(User, "/profile/avatar", { method: "PUT", blob }),
    deleteAvatar: () => get(User, "/profile/avatar", { method: "DELETE" }),

    block: (userId: string, seconds: number | null) =>
      get(Block, "/block", {
        method: "POST",
        json: { userId, ...(seconds !== null && { seconds }) },
      }),
    unblock: (userId: string) => act(`/block/${userId}`, { method: "DELETE" }),
  };
}

function pageFields(place: PagePlace): Record<string, string> {
  if (place.at === "newest") return {};
  const { at, seq, limit } = place;
  return { [at]: String(seq), ...(limit !== undefined && { limit: String(limit) }) };
}
