import type { ChatCreation, Visibility } from "@parley/contracts/chats";
import type { UserId } from "@parley/contracts/ids";
import { LIMITS } from "@parley/contracts/limits";
import type { FieldError } from "@parley/contracts/problem";

/** A validated request to create a chat. Whether its users exist is not known yet. */
export type CreationPlan =
  | { kind: "direct"; peer: UserId }
  | {
      kind: "channel" | "group";
      visibility: Visibility;
      /** Null if the chat is to be named after its members. */
      name: string | null;
      topic: string;
      /** Without the creator. */
      invited: readonly string[];
    };

/** Plans the chat that a request asks for. @returns a fault for the first field that is invalid. */
export function planCreation(
  creator: UserId,
  { kind, name, topic = "", visibility, members = [] }: ChatCreation,
): CreationPlan | { kind: "fault"; error: FieldError } {
  const invited = [...new Set(members)].filter((id) => id !== creator);
  if (kind !== "channel" && visibility === "public") return fault("visibility", "is for channels");
  if (kind === "direct") {
    const [peer] = invited;
    return peer !== undefined && invited.length === 1
      ? { kind, peer }
      : fault("members", "is not one other person");
  }
  if (kind === "channel" && name === undefined) return fault("name", "is missing");
  return {
    kind,
    visibility: visibility ?? (kind === "channel" ? "public" : "private"),
    name: name ?? null,
    topic,
    invited,
  };
}

/** @returns the unique key of a direct chat, which does not depend on the order of its two users. */
export function directKey(one: UserId, other: UserId): string {
  return one < other ? `${one}:${other}` : `${other}:${one}`;
}

/** Names a group after its members, truncated to the length of a chat name. */
export function nameAfter(displayNames: readonly string[]): string {
  const characters = [...displayNames.join(", ")];
  const { max } = LIMITS.chatName;
  return characters.length <= max
    ? characters.join("")
    : `${characters.slice(0, max - 1).join("")}…`;
}

function fault(path: string, message: string) {
  return { kind: "fault" as const, error: { path, message } };
}
