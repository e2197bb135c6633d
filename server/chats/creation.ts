import type { ChatCreation, Visibility } from "@parley/contracts/chats";
import { LIMITS } from "@parley/contracts/limits";
import type { FieldError } from "@parley/contracts/problem";

/** A chat that may be made, as far as its wish alone tells. */
export type CreationPlan =
  | { kind: "direct"; peer: string }
  | {
      kind: "channel" | "group";
      visibility: Visibility;
      /** Null: named after its members. */
      name: string | null;
      topic: string;
      /** Without the creator. */
      invited: readonly string[];
    };

/** Reads what kind of chat is wished for, or which field stands against it. */
export function planCreation(
  creator: string,
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

/** Both members of a direct chat as one key, the same whoever starts. */
export function directKey(one: string, other: string): string {
  return one < other ? `${one}:${other}` : `${other}:${one}`;
}

/** A group’s name when it was given none: its members’ names, as many as fit. */
export function nameAfter(displayNames: readonly string[]): string {
  const all = [...displayNames.join(", ")];
  const { max } = LIMITS.chatName;
  return all.length <= max ? all.join("") : `${all.slice(0, max - 1).join("")}…`;
}

function fault(path: string, message: string) {
  return { kind: "fault" as const, error: { path, message } };
}
