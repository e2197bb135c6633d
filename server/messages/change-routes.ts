import { ChatId } from "@parley/contracts/ids";
import { Message, MessageChange } from "@parley/contracts/messages";
import { Emoji } from "@parley/contracts/scalars";
import { Refusal } from "@parley/platform/http/problem";
import { Hono } from "hono";
import * as v from "valibot";
import { documented } from "../http/documented.ts";
import type { AppEnv } from "../http/env.ts";
import { wholeNumber } from "../http/query-fields.ts";
import { jsonBody, params } from "../http/request-validators.ts";
import { readEmoji } from "./emoji.ts";
import type { MessageChanges } from "./message-changes.ts";

const MessageParams = v.object({ chat: ChatId, seq: wholeNumber(1, Number.MAX_SAFE_INTEGER) });
const ReactionParams = v.object({
  ...MessageParams.entries,
  emoji: v.pipe(Emoji, v.metadata({ pattern: "^[^/\\\\\\u0000]+$" })),
});

/** Routes that edit and delete messages, and react to them. */
export function createChangeRoutes(changes: MessageChanges): Hono<AppEnv> {
  return new Hono<AppEnv>()
    .patch(
      "/messages/:chat/:seq",
      documented("PATCH /service/api/messages/:chat/:seq", {
        summary: "Edit one’s own message",
        tag: "messages",
        answers: { 200: ["The edited message", Message] },
        refusals: ["forbidden", "blocked", "muted", "not_found", "invalid"],
      }),
      params(MessageParams),
      jsonBody(MessageChange),
      async function editMessage(c) {
        const { body } = c.req.valid("json");
        return c.json(await changes.edit(c.get("user").id, c.req.valid("param"), body));
      },
    )
    .delete(
      "/messages/:chat/:seq",
      documented("DELETE /service/api/messages/:chat/:seq", {
        summary: "Delete one’s own message or, as the chat’s owner or admin, any message",
        tag: "messages",
        answers: { 204: ["The body, files and reactions are deleted"] },
        refusals: ["forbidden", "not_found"],
      }),
      params(MessageParams),
      async function deleteMessage(c) {
        await changes.remove(c.get("user").id, c.req.valid("param"));
        return c.body(null, 204);
      },
    )
    .put(
      "/messages/:chat/:seq/reactions/:emoji",
      documented("PUT /service/api/messages/:chat/:seq/reactions/:emoji", {
        summary: "React to a message with an emoji",
        tag: "messages",
        answers: { 200: ["The message, with the reaction", Message] },
        refusals: ["forbidden", "blocked", "muted", "not_found", "invalid"],
      }),
      params(ReactionParams),
      async function addReaction(c) {
        const { emoji, ...id } = c.req.valid("param");
        const user = c.get("user").id;
        return c.json(await changes.react(user, id, requireEmoji(emoji), "add"));
      },
    )
    .delete(
      "/messages/:chat/:seq/reactions/:emoji",
      documented("DELETE /service/api/messages/:chat/:seq/reactions/:emoji", {
        summary: "Remove one’s own reaction",
        tag: "messages",
        answers: { 200: ["The message, without the reaction", Message] },
        refusals: ["forbidden", "blocked", "not_found", "invalid"],
      }),
      params(ReactionParams),
      async function removeReaction(c) {
        const { emoji, ...id } = c.req.valid("param");
        const user = c.get("user").id;
        return c.json(await changes.react(user, id, requireEmoji(emoji), "remove"));
      },
    );
}

function requireEmoji(text: string): string {
  const emoji = readEmoji(text);
  if (emoji === null)
    throw new Refusal("invalid", "emoji is not one emoji.", {
      errors: [{ path: "emoji", message: "is not one emoji" }],
    });
  return emoji;
}
