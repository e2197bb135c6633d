import { Chat, Member, MemberChange, MemberList } from "@parley/contracts/chats";
import { type ChatId, UserId } from "@parley/contracts/ids";
import { LIMITS } from "@parley/contracts/limits";
import { Refusal } from "@parley/platform/http/problem";
import { Hono } from "hono";
import * as v from "valibot";
import { documented } from "../http/documented.ts";
import type { AppEnv } from "../http/env.ts";
import { pageLimit } from "../http/query-fields.ts";
import { idParams, optionalJsonBody, query } from "../http/request-validators.ts";
import type { ChatView } from "./chat-view.ts";
import type { MemberView } from "./member-view.ts";
import type { Membership } from "./membership.ts";
import type { Requests } from "./requests.ts";

const { page } = LIMITS;

const PageQuery = v.object({
  after: v.optional(UserId),
  limit: pageLimit,
});

interface MemberRoutesDeps {
  chats: Pick<ChatView, "show">;
  members: MemberView;
  membership: Membership;
  acceptRequest: Requests["accept"];
}

/** The routes that list, add, change and remove the members of a chat, and that accept requests. */
export function createMemberRoutes(deps: MemberRoutesDeps): Hono<AppEnv> {
  const { chats, members, membership, acceptRequest } = deps;

  async function requireVisible(viewer: UserId, id: ChatId): Promise<Chat> {
    const [chat] = await chats.show(viewer, [id]);
    if (!chat) throw new Refusal("not_found", "There is no such chat.");
    return chat;
  }

  return new Hono<AppEnv>()
    .post(
      "/chats/:id/join",
      documented("POST /service/api/chats/:id/join", {
        summary: "Joins a public channel",
        tag: "members",
        answers: { 200: ["The chat", Chat] },
        refusals: ["not_found", "too_many_chats"],
      }),
      idParams("id"),
      async function join(c) {
        const [{ id: user }, { id }] = [c.get("user"), c.req.valid("param")];
        await membership.join(user, id);
        return c.json(await requireVisible(user, id));
      },
    )
    .post(
      "/chats/:id/leave",
      documented("POST /service/api/chats/:id/leave", {
        summary: "Leaves a channel or a group, or declines a request",
        tag: "members",
        answers: { 204: ["Left"] },
        refusals: ["forbidden", "not_found"],
      }),
      idParams("id"),
      async function leave(c) {
        await membership.leave(c.get("user").id, c.req.valid("param").id);
        return c.body(null, 204);
      },
    )
    .post(
      "/chats/:id/accept",
      documented("POST /service/api/chats/:id/accept", {
        summary: "Accepts a request; does nothing in a chat that is none",
        tag: "members",
        answers: { 200: ["The chat", Chat] },
        refusals: ["not_found"],
      }),
      idParams("id"),
      async function accept(c) {
        const [{ id: user }, { id }] = [c.get("user"), c.req.valid("param")];
        await acceptRequest(user, id);
        return c.json(await requireVisible(user, id));
      },
    )
    .get(
      "/chats/:id/members",
      documented("GET /service/api/chats/:id/members", {
        summary: "Lists a page of a chat’s members",
        tag: "members",
        answers: { 200: ["The members, and the cursor of the next page", MemberList] },
        refusals: ["not_found", "invalid"],
      }),
      idParams("id"),
      query(PageQuery),
      async function listMembers(c) {
        const [{ id: user }, { id }] = [c.get("user"), c.req.valid("param")];
        const { after, limit = page.default } = c.req.valid("query");
        const shown = await members.page(user, id, after, limit);
        if (!shown) throw new Refusal("not_found", "There is no such chat.");
        return c.json(shown);
      },
    )
    .put(
      "/chats/:id/members/:userId",
      documented("PUT /service/api/chats/:id/members/:userId", {
        summary: "Adds a member, or changes a member’s role or mute",
        tag: "members",
        answers: { 200: ["The member after the change", Member] },
        refusals: ["blocked", "forbidden", "not_found", "too_many_chats", "invalid"],
      }),
      idParams("id", "userId"),
      optionalJsonBody(MemberChange),
      async function putMember(c) {
        const { id: user } = c.get("user");
        const { id, userId } = c.req.valid("param");
        await membership.put(user, id, userId, c.req.valid("json"));
        const member = await members.show(user, id, userId);
        if (!member) throw new Refusal("not_found", "The user is not a member.");
        return c.json(member);
      },
    )
    .delete(
      "/chats/:id/members/:userId",
      documented("DELETE /service/api/chats/:id/members/:userId", {
        summary: "Removes a member",
        tag: "members",
        answers: { 204: ["Removed"] },
        refusals: ["forbidden", "not_found"],
      }),
      idParams("id", "userId"),
      async function removeMember(c) {
        const { id, userId } = c.req.valid("param");
        await membership.remove(c.get("user").id, id, userId);
        return c.body(null, 204);
      },
    );
}
