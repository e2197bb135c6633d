import { ChatId, type UserId } from "@parley/contracts/ids";
import { LIMITS } from "@parley/contracts/limits";
import {
  Draft,
  type Message,
  MessagePage,
  Message as MessageSchema,
} from "@parley/contracts/messages";
import type { User } from "@parley/contracts/users";
import type { Database } from "@parley/db/open";
import { Refusal } from "@parley/platform/http/problem";
import { Hono } from "hono";
import * as v from "valibot";
import { documented } from "../http/documented.ts";
import type { AppEnv } from "../http/env.ts";
import { pageLimit, wholeNumber } from "../http/query-fields.ts";
import { jsonBody, query } from "../http/request-validators.ts";
import { NOT_A_MEMBER } from "./authorize-send.ts";
import type { Sent } from "./decide-batch.ts";
import { type Position, readPage } from "./history.ts";
import { readMessages } from "./read-messages.ts";
import { isReadable } from "./require-readable.ts";
import type { Send } from "./send.ts";

export interface MessageRoutesDeps {
  db: Database;
  send: Send;
  showUsers(viewer: UserId, ids: readonly string[]): Promise<Map<string, User>>;
}

const seq = wholeNumber(0, Number.MAX_SAFE_INTEGER);

const PageQuery = v.pipe(
  v.object({
    chat: ChatId,
    before: v.optional(seq),
    after: v.optional(seq),
    around: v.optional(seq),
    limit: pageLimit,
  }),
  v.check(
    ({ before, after, around }) =>
      [before, after, around].filter((at) => at !== undefined).length < 2,
    "takes one of before, after and around",
  ),
);

/** Routes that read the history of a chat and send messages. */
export function createMessageRoutes({ db, send, showUsers }: MessageRoutesDeps) {
  const routes = new Hono<AppEnv>();

  routes.get(
    "/messages",
    documented("GET /service/api/messages", {
      summary: "Read a page of a chat’s history, in ascending order; the newest by default",
      tag: "messages",
      answers: { 200: ["The page, and the senders of its messages", MessagePage] },
      refusals: ["not_found", "invalid"],
    }),
    query(PageQuery),
    async (c) => {
      const { chat, limit = LIMITS.page.default, ...position } = c.req.valid("query");
      const viewer = c.get("user").id;
      const page = await readPage(db, viewer, chat, positionOf(position), limit);
      if (!page) throw new Refusal("not_found");
      return c.json({ ...page, users: await sendersOf(viewer, page.messages) });
    },
  );

  routes.post(
    "/messages",
    documented("POST /service/api/messages", {
      summary: "Send a message; the same clientId returns the same message",
      tag: "messages",
      answers: {
        201: ["The message", MessageSchema],
        200: ["The message that this clientId made before", MessageSchema],
      },
      refusals: [
        "blocked",
        "muted",
        "suspended",
        "forbidden",
        "invalid",
        "overloaded",
        "unavailable",
      ],
    }),
    jsonBody(Draft),
    async (c) => {
      const viewer = c.get("user").id;
      const sent = await send(viewer, c.req.valid("json"));
      if (sent.message) return c.json(sent.message, 201);
      return c.json(await stored(viewer, sent));
    },
  );

  async function sendersOf(viewer: UserId, messages: readonly Message[]): Promise<User[]> {
    const senders = new Set(messages.map(({ sender }) => sender));
    return [...(await showUsers(viewer, [...senders])).values()];
  }

  /**
   * Shows the message that was sent before. A sender who may no longer read the chat gets the refusal
   * of a new message, because the message may have been changed after the sender's removal. The right is
   * checked after the message was read, so that a removal in between reveals nothing.
   */
  async function stored(viewer: UserId, { chat, seq }: Sent): Promise<Message> {
    const [message] = await readMessages(db, viewer, [{ chat_id: chat, seq }]);
    if (!message || !(await isReadable(db, viewer, chat)))
      throw new Refusal(NOT_A_MEMBER.code, NOT_A_MEMBER.detail);
    return message;
  }

  return routes;
}

interface PageBounds {
  before?: number | undefined;
  after?: number | undefined;
  around?: number | undefined;
}

function positionOf({ before, after, around }: PageBounds): Position {
  if (before !== undefined) return { from: "before", seq: before };
  if (after !== undefined) return { from: "after", seq: after };
  if (around !== undefined) return { from: "around", seq: around };
  return { from: "newest" };
}
