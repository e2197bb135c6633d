import { Message, MessageChange } from "@parley/contracts/messages";
import { Id } from "@parley/contracts/scalars";
import { Refusal } from "@parley/platform/http/problem";
import { Hono } from "hono";
import * as v from "valibot";
import { documented, jsonBody, params } from "../http/documented.ts";
import type { AppEnv } from "../http/env.ts";
import { wholeNumber } from "../http/query-fields.ts";
import { readEmoji } from "./emoji.ts";
import type { MessageChanges } from "./message-changes.ts";

const MessageName = v.object({ chat: Id, seq: wholeNumber(1, Number.MAX_SAFE_INTEGER) });
const ReactionName = v.object({ ...MessageName.entries, emoji: v.string() });

/** Editing and deleting messages, and reacting to them. */
export function createChangeRoutes({ changes }: { changes: MessageChanges }): Hono<AppEnv> {
  return new Hono<AppEnv>()
    .patch(
      "/messages/:chat/:seq",
      documented({
        summary: "Gives one’s own message other words",
        tag: "messages",
        answers: { 200: ["The message as it is now", Message] },
        refusals: ["forbidden", "blocked", "muted", "not_found", "invalid"],
      }),
      params(MessageName),
      jsonBody(MessageChange),
      async function editMessage(c) {
        const { body } = c.req.valid("json");
        return c.json(await changes.edit(c.get("user").id, c.req.valid("param"), body));
      },
    )
    .delete(
      "/messages/:chat/:seq",
      documented({
        summary: "Deletes one’s own message or, as the chat’s owner or admin, any",
        tag: "messages",
        answers: { 204: ["Its words, files and reactions are gone"] },
        refusals: ["forbidden", "not_found"],
      }),
      params(MessageName),
      async function deleteMessage(c) {
        await changes.remove(c.get("user").id, c.req.valid("param"));
        return c.body(null, 204);
      },
    )
    .put(
      "/messages/:chat/:seq/reactions/:emoji",
      documented({
        summary: "Reacts to a message with an emoji",
        tag: "messages",
        answers: { 200: ["The message, with the reaction", Message] },
        refusals: ["forbidden", "blocked", "muted", "not_found", "invalid"],
      }),
      params(ReactionName),
      async function addReaction(c) {
        const { emoji, ...name } = c.req.valid("param");
        const user = c.get("user").id;
        return c.json(await changes.react(user, name, requireEmoji(emoji), "add"));
      },
    )
    .delete(
      "/messages/:chat/:seq/reactions/:emoji",
      documented({
        summary: "Takes one’s own reaction back",
        tag: "messages",
        answers: { 200: ["The message, without the reaction", Message] },
        refusals: ["forbidden", "blocked", "not_found", "invalid"],
      }),
      params(ReactionName),
      async function removeReaction(c) {
        const { emoji, ...name } = c.req.valid("param");
        const user = c.get("user").id;
        return c.json(await changes.react(user, name, requireEmoji(emoji), "remove"));
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
