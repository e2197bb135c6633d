import { Block } from "@parley/contracts/blocks";
import { Bootstrap } from "@parley/contracts/bootstrap";
import { Chat, type ChatCreation, ChatList, Member, MemberList } from "@parley/contracts/chats";
import type { ChatId, UserId } from "@parley/contracts/ids";
import { Message, MessagePage, SearchPage } from "@parley/contracts/messages";
import type { RouteKey } from "@parley/contracts/routes";
import { RenewedSession } from "@parley/contracts/sessions";
import { User, UserList } from "@parley/contracts/users";
import * as v from "valibot";
import type { Language } from "../../i18n/pick-language.ts";
import { ApiError, type OptionArguments, type Request } from "./request.ts";

export interface ProfileChange {
  displayName?: string;
  bio?: string;
  locale?: Language;
}

/** A page of a chat's history. */
export type PagePlace =
  | { at: "newest" }
  | { at: "before" | "after" | "around"; seq: number; limit?: number };

export type Api = ReturnType<typeof createApi>;

const SEARCH_LIMIT = "20";

/**
 * The routes that the chat uses, with parsed responses.
 * @param onSignedOut is called when a response says that the sign-in has ended.
 */
export function createApi(request: Request, onSignedOut: () => void) {
  const call: Request = async (route, ...options) => {
    try {
      return await request(route, ...options);
    } catch (error) {
      if (error instanceof ApiError && error.code === "unauthenticated") onSignedOut();
      throw error;
    }
  };

  async function read<T extends v.GenericSchema, Route extends RouteKey>(
    schema: T,
    route: Route,
    ...options: OptionArguments<Route>
  ): Promise<v.InferOutput<T>> {
    return v.parse(schema, await call(route, ...options));
  }

  return {
    bootstrap: () => read(Bootstrap, "GET /service/api/bootstrap"),
    // The callers of these two decide themselves what an ended sign-in means.
    renew: async () => v.parse(RenewedSession, await request("POST /service/api/session")),
    signOut: async () => void (await request("POST /service/api/logout")),

    chat: (id: string) => read(Chat, "GET /service/api/chats/:id", { params: { id } }),
    /** @param after the last chat of the previous page. */
    chatPage: (after: ChatId) => read(ChatList, "GET /service/api/chats", { query: { after } }),
    publicChats: async (query: string) => {
      const options = { query: { public: "1", query } };
      return (await read(ChatList, "GET /service/api/chats", options)).chats;
    },
    createChat: (json: ChatCreation) => read(Chat, "POST /service/api/chats", { json }),
    joinChat: (id: string) => read(Chat, "POST /service/api/chats/:id/join", { params: { id } }),
    acceptChat: (id: string) =>
      read(Chat, "POST /service/api/chats/:id/accept", { params: { id } }),
    leaveChat: async (id: string) =>
      void (await call("POST /service/api/chats/:id/leave", { params: { id } })),
    members: (id: string, after: string | null) =>
      read(MemberList, "GET /service/api/chats/:id/members", {
        params: { id },
        query: after === null ? {} : { after },
      }),
    addMember: (id: string, userId: UserId) =>
      read(Member, "PUT /service/api/chats/:id/members/:userId", {
        params: { id, userId },
        json: {},
      }),

    messages: (chat: ChatId, place: PagePlace) =>
      read(MessagePage, "GET /service/api/messages", { query: { chat, ...pageQuery(place) } }),
    editMessage: (chat: ChatId, seq: number, body: string) =>
      read(Message, "PATCH /service/api/messages/:chat/:seq", {
        params: { chat, seq },
        json: { body },
      }),
    deleteMessage: async (chat: ChatId, seq: number) =>
      void (await call("DELETE /service/api/messages/:chat/:seq", { params: { chat, seq } })),
    react: (chat: ChatId, seq: number, emoji: string, isOn: boolean) =>
      read(
        Message,
        `${isOn ? "PUT" : "DELETE"} /service/api/messages/:chat/:seq/reactions/:emoji`,
        {
          params: { chat, seq, emoji },
        },
      ),
    /** @param before the `next` of the previous page. */
    search: (
      query: string,
      chat: ChatId | null,
      { before, signal }: { before: string | null; signal?: AbortSignal },
    ) =>
      read(SearchPage, "GET /service/api/messages/search", {
        signal,
        query: {
          query,
          limit: SEARCH_LIMIT,
          ...(chat !== null && { chat }),
          ...(before !== null && { before }),
        },
      }),

    usersById: async (ids: readonly string[]) =>
      (await read(UserList, "GET /service/api/users", { query: { ids: ids.join(",") } })).users,
    searchUsers: async (query: string) => {
      const options = { query: { query, limit: SEARCH_LIMIT } };
      return (await read(UserList, "GET /service/api/users", options)).users;
    },
    changeProfile: (json: ProfileChange) => read(User, "PATCH /service/api/profile", { json }),
    putAvatar: (blob: Blob) => read(User, "PUT /service/api/profile/avatar", { blob }),
    deleteAvatar: () => read(User, "DELETE /service/api/profile/avatar"),

    /** @param seconds how long the block lasts; null for a block without an end. */
    block: (userId: UserId, seconds: number | null) =>
      read(Block, "POST /service/api/block", {
        json: { userId, ...(seconds !== null && { seconds }) },
      }),
    unblock: async (userId: UserId) =>
      void (await call("DELETE /service/api/block/:userId", { params: { userId } })),
  };
}

function pageQuery(place: PagePlace): Record<string, string> {
  if (place.at === "newest") return {};
  const { at, seq, limit } = place;
  return { [at]: String(seq), ...(limit !== undefined && { limit: String(limit) }) };
}
