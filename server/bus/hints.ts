import type { ServerFrame } from "@parley/contracts/frames";

/** The version of the wire, in the first word of every hint. */
const VERSION = "v1";
/** Fills a word of a hint that its kind does not use. */
const UNUSED = "-";

/** What one server tells the others; the topic names the chat or the user that is meant. */
export type Hint =
  /** On a chat: a frame of its events `first` to `last` was published. */
  | { kind: "events"; first: number; last: number; frame: string }
  /** On a chat: a frame for everybody but one user. */
  | { kind: "others"; user: string; frame: ServerFrame }
  /** On a chat: its name, topic, visibility, or somebody's role or mute changed. */
  | { kind: "changed" }
  /** On a user: a frame for all their connections. */
  | { kind: "frame"; frame: ServerFrame }
  /** On a user: a session (sign-in) ended. */
  | { kind: "end"; sid: string }
  /** On a user: the list of their chats changed. */
  | { kind: "chats" }
  /** On a user: a block between them and another was made or ended. */
  | { kind: "related"; other: string }
  /** On all servers: a user's profile changed. */
  | { kind: "profile"; user: string; part: "fields" | "avatar" };

/** The topic that every server is subscribed to. */
export const ALL_TOPIC = "all";

export const chatHints = (chat: string): string => `c:${chat}`;
export const userHints = (user: string): string => `u:${user}`;

/** The chat or user in the name of a topic. */
export const subjectOf = (topic: string): string => topic.slice(2);

/** The word by which a server knows its own hints: the version of the wire, and eight hexadecimal digits. */
export function createServerName(): string {
  return `${VERSION}-${crypto.randomUUID().slice(0, 8)}`;
}

/** Encodes a hint as `<server> <kind> <a> <b> <rest>`. */
export function encodeHint(server: string, hint: Hint): string {
  const [a, b, rest] = wordsOf(hint);
  return `${server} ${hint.kind} ${a} ${b} ${rest}`;
}

function wordsOf(hint: Hint): readonly [a: string | number, b: string | number, rest: string] {
  switch (hint.kind) {
    case "events":
      return [hint.first, hint.last, hint.frame];
    case "others":
      return [hint.user, UNUSED, JSON.stringify(hint.frame)];
    case "frame":
      return [UNUSED, UNUSED, JSON.stringify(hint.frame)];
    case "end":
      return [hint.sid, UNUSED, ""];
    case "related":
      return [hint.other, UNUSED, ""];
    case "profile":
      return [hint.user, hint.part, ""];
    case "changed":
    case "chats":
      return [UNUSED, UNUSED, ""];
  }
}

const SHAPE = /^(\S+) (\S+) (\S+) (\S+) /;

/**
 * Decodes a hint of another server.
 * @param self the name of the server that decodes.
 * @returns undefined for a server's own hint, another version, an unknown kind or a malformed text; during
 * a rolling update servers of two versions share the bus, so that none of these is an error.
 */
export function decodeHint(self: string, text: string): Hint | undefined {
  const match = SHAPE.exec(text);
  if (!match) return undefined;
  const [head, server = "", kind = "", a = "", b = ""] = match;
  if (server === self || !server.startsWith(`${VERSION}-`)) return undefined;
  return hintOf(kind, a, b, text.slice(head.length));
}

function hintOf(kind: string, a: string, b: string, rest: string): Hint | undefined {
  switch (kind) {
    case "events": {
      const [first, last] = [Number(a), Number(b)];
      return first > 0 && first <= last && Number.isSafeInteger(last)
        ? { kind, first, last, frame: rest }
        : undefined;
    }
    case "others":
    case "frame": {
      const frame = parseFrame(rest);
      return frame && (kind === "frame" ? { kind, frame } : { kind, user: a, frame });
    }
    case "end":
      return { kind, sid: a };
    case "related":
      return { kind, other: a };
    case "profile":
      return { kind, user: a, part: b === "fields" ? b : "avatar" };
    case "changed":
    case "chats":
      return { kind };
    default:
      return undefined;
  }
}

/** Only the servers of the installation write to the bus, so that a frame is not validated again. */
function parseFrame(text: string): ServerFrame | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
