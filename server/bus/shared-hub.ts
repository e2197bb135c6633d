import type { ServerFrame } from "@parley/contracts/frames";
import type { ChatId, SessionId, UserId } from "@parley/contracts/ids";
import { chatHints, type Hint, userHints } from "./hints.ts";

/** The methods of the hub whose calls other servers hear of. */
export interface LocalHub {
  toUser(user: UserId, frame: ServerFrame): void;
  toOthers(chat: ChatId, user: UserId, frame: ServerFrame): void;
  endSession(user: UserId, sid: SessionId): void;
}

/**
 * Wraps the hub so that its calls reach the connections at other servers too.
 * @param sendHint sends a hint to the servers that are subscribed to a topic.
 */
export function createSharedHub<H extends LocalHub>(
  hub: H,
  sendHint: (topic: string, hint: Hint) => void,
): H {
  return {
    ...hub,

    toUser(user, frame) {
      sendHint(userHints(user), { kind: "frame", frame });
      hub.toUser(user, frame);
    },

    toOthers(chat, user, frame) {
      sendHint(chatHints(chat), { kind: "others", user, frame });
      hub.toOthers(chat, user, frame);
    },

    endSession(user, sid) {
      sendHint(userHints(user), { kind: "end", sid });
      hub.endSession(user, sid);
    },
  } satisfies LocalHub & H;
}
