import type { ChatId, UserId } from "@parley/contracts/ids";
import { type Hint, subjectOf } from "./hints.ts";
import type { SequenceFunnel } from "./sequence-funnel.ts";
import type { LocalHub } from "./shared-hub.ts";

export interface HintHandlers {
  hub: Pick<LocalHub, "toUser" | "toOthers" | "endSession"> & {
    publishEventFrame(chat: ChatId, last: number, text: string): void;
  };
  /** Publishes events when it is their turn. */
  offer: SequenceFunnel["offer"];
  /** Reads a user's chats again, and lets their connections join and leave accordingly. */
  membershipsChanged(user: UserId): Promise<void>;
  /** Shows a chat again to those who follow it here. */
  chatChanged(chat: ChatId): void;
  /** Shows two users to each other again. */
  blockChanged(user: UserId, other: UserId): Promise<void>;
  /** Shows a user again to those who share a chat with them. */
  profileChanged(user: UserId, part: "fields" | "avatar"): void;
}

/** Does at this server what a hint of another server asks for; each changes connections of this server alone. */
export function applyHint(
  handlers: HintHandlers,
  topic: string,
  hint: Hint,
): Promise<void> | undefined {
  const { hub } = handlers;
  const subject = subjectOf(topic);
  switch (hint.kind) {
    case "events":
      return handlers.offer(subject, hint.first, hint.last, () =>
        hub.publishEventFrame(subject, hint.last, hint.frame),
      );
    case "others":
      hub.toOthers(subject, hint.user, hint.frame);
      return undefined;
    case "changed":
      handlers.chatChanged(subject);
      return undefined;
    case "frame":
      hub.toUser(subject, hint.frame);
      return undefined;
    case "end":
      hub.endSession(subject, hint.sid);
      return undefined;
    case "chats":
      return handlers.membershipsChanged(subject);
    case "related":
      return handlers.blockChanged(subject, hint.other);
    case "profile":
      handlers.profileChanged(hint.user, hint.part);
      return undefined;
  }
}
