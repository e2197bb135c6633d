import * as v from "valibot";
import { Block } from "./blocks.ts";
import { Chat } from "./chats.ts";
import { Instant } from "./scalars.ts";
import { User } from "./users.ts";

/** Everything that a client needs to start. */
export const Bootstrap = v.object({
  me: User,
  /** The newest chats come first, then the others with unread mentions or direct messages, then the requests. */
  chats: v.array(Chat),
  /** Whether the user has chats that are not in `chats`. */
  moreChats: v.boolean(),
  users: v.array(User),
  blocks: v.array(Block),
  serverTime: Instant,
  version: v.string(),
});
export type Bootstrap = v.InferOutput<typeof Bootstrap>;
