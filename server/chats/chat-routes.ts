import { Chat, ChatChange, ChatCreation, ChatList, ReadMark } from "@parley/contracts/chats";
import { ChatId, type UserId } from "@parley/contracts/ids";
import { LIMITS } from "@parley/contracts/limits";
import { trimmed } from "@parley/contracts/scalars";
import { Refusal } from "@parley/platform/http/problem";
import { Hono } from "hono";
import * as v from "valibot";
import { documented } from "../http/documented.ts";
import type { AppEnv } from "../http/env.ts";
import { wholeNumber } from "../http/query-fields.ts";
import { idParams, jsonBody, query } from "../http/request-validators.ts";
import type { ChatChanges } from "./chat-changes.ts";
import type { ChatMaker } from "./chat-maker.ts";
import type { ChatView } from "./chat-view.ts";
import type { ReadMarks } from "./read-marks.ts";

const ChatQuery = v.object({
  public: v.optional(v.picklist(["1", "0"], "is neither 1 nor 0")),
  query: v.optional(trimmed(0, LIMITS.chatName.max), ""),
  after: v.optional(ChatId),
  limit: v.optional(wholeNumber(1, LIMITS.page.max, { default: LIMITS.page.max })),
});

interface ChatRoutesDeps {
  chats: ChatView;
  createChat: ChatMaker;
  changes: ChatChanges;
  markRead: ReadMarks["mark"];
}

/** The routes that create, list, edit and remove chats, and that move read marks. */
export function createChatRoutes(deps: ChatRoutesDeps): Hono<AppEnv> {
  const { chats, createChat, changes, markRead } = deps;

  async function show(viewer: UserId, id: ChatId): Promise<Chat> {
    const [chat] = await chats.show(viewer, [id]);
    if (!chat) throw new Refusal("not_found", "There is no such chat.");
    return chat;
  }

  return new Hono<AppEnv>()
    .get(
      "/chats",
      documented("GET /service/api/chats", {
        summary: "Lists a page of the user’s chats, or the public channels that the user can join",
        tag: "chats",
        answers: { 200: ["The chats, and the cursor of the next page", ChatList] },
        refusals: ["invalid"],
      }),
      query(ChatQuery),
      async function listChats(c) {
        const { id } = c.get("user");
        const { query: part, after, limit = LIMITS.page.max, ...filter } = c.req.valid("query");
        if (filter.public !== "1") return c.json(await chats.page(id, after, limit));
        return c.json({ chats: await chats.findPublic(id, part, limit), next: null });
      },
    )
    .post(
      "/chats",
      documented("POST /service/api/chats", {
        summary: "Creates a channel, a group or a direct chat",
        tag: "chats",
        answers: { 201: ["The new chat", Chat], 200: ["The existing direct chat", Chat] },
        refusals: ["blocked", "too_many_chats", "invalid"],
      }),
      jsonBody(ChatCreation),
      async function postChat(c) {
        const { id: user } = c.get("user");
        const { id, isNew } = await createChat(user, c.req.valid("json"));
        return c.json(await show(user, id), isNew ? 201 : 200);
      },
    )
    .get(
      "/chats/:id",
      documented("GET /service/api/chats/:id", {
        summary: "Returns one of the user’s chats, or a public channel",
        tag: "chats",
        answers: { 200: ["The chat", Chat] },
        refusals: ["not_found"],
      }),
      idParams("id"),
      async function readChat(c) {
        return c.json(await show(c.get("user").id, c.req.valid("param").id));
      },
    )
    .patch(
      "/chats/:id",
      documented("PATCH /service/api/chats/:id", {
        summary: "Changes a chat’s name, topic or visibility",
        tag: "chats",
        answers: { 200: ["The chat after the change", Chat] },
        refusals: ["forbidden", "not_found", "invalid"],
      }),
      idParams("id"),
      jsonBody(ChatChange),
      async function changeChat(c) {
        const [{ id: user }, { id }] = [c.get("user"), c.req.valid("param")];
        await changes.edit(user, id, c.req.valid("json"));
        return c.json(await show(user, id));
      },
    )
    .delete(
      "/chats/:id",
      documented("DELETE /service/api/chats/:id", {
        summary: "Removes a chat with everything in it",
        tag: "chats",
        answers: { 204: ["Removed"] },
        refusals: ["forbidden", "not_found"],
      }),
      idParams("id"),
      async function deleteChat(c) {
        await changes.remove(c.get("user").id, c.req.valid("param").id);
        return c.body(null, 204);
      },
    )
    .post(
      "/chats/:id/read",
      documented("POST /service/api/chats/:id/read", {
        summary: "Moves the user’s read mark forward",
        tag: "chats",
        answers: { 204: ["The mark is at this position, or further"] },
        refusals: ["not_found", "invalid"],
      }),
      idParams("id"),
      jsonBody(ReadMark),
      async function read(c) {
        const [{ id: user }, { id }] = [c.get("user"), c.req.valid("param")];
        if (!(await markRead(user, id, c.req.valid("json").seq)))
          throw new Refusal("not_found", "There is no such chat.");
        return c.body(null, 204);
      },
    );
}
