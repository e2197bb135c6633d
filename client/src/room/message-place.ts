import type { ChatId } from "@parley/contracts/ids";

/** Identifies a message: its chat, and its sequence number there. */
export interface MessagePlace {
  chat: ChatId;
  seq: number;
}
