/**
 * The link: one WebSocket between a gateway and a server that carries every browser's session.
 *
 * A link frame is text: words apart by one space, the last of which may be a payload that runs to
 * the end and is never parsed on the way. Sessions are numbered by the gateway, for one link's life.
 *
 * A message of the link holds one frame, or many behind a line with their lengths in characters.
 */

/** Where the server takes the WebSockets of programs that come straight to it. */
export const SOCKET_PATH = "/service/ws";
/** Where the server takes links. */
export const LINK_PATH = "/service/link";
/** The `aud` of the short token, signed by `JWT_SECRET`, that opens a link. */
export const LINK_AUDIENCE = "link";

/**
 * Upwards, from the gateway to the server. `details` is a {@link LinkedSession}; `taken` answers `ask`,
 * once nothing waits for the browser any more.
 */
export type UpFrame =
  | { kind: "open"; session: number; details: string }
  | { kind: "frame"; session: number; payload: string }
  | { kind: "taken"; session: number }
  | { kind: "close"; session: number };

/** Downwards, from the server to the gateway. */
export type DownFrame =
  | { kind: "deliver"; session: number; payload: string }
  | { kind: "publish"; topic: string; payload: string }
  | { kind: "ask"; session: number }
  | { kind: "subscribe"; session: number; topics: string[] }
  | { kind: "unsubscribe"; session: number; topics: string[] }
  | { kind: "close"; session: number; code: number; reason: string };

/** What the gateway says of the browser whose session it opens; the server checks the token itself. */
export interface LinkedSession {
  token: string;
  requestId: string;
}

const MANY = "many ";

/** Makes one message of frames, in their order. */
export function packFrames(frames: readonly string[]): string {
  if (frames.length === 1) return frames[0] as string;
  return `${MANY}${frames.map(({ length }) => length).join(" ")}\n${frames.join("")}`;
}

/** The frames of a message; what {@link packFrames} did not make is one frame. */
export function* unpackFrames(message: string): Generator<string> {
  const head = message.startsWith(MANY) ? message.indexOf("\n") : -1;
  if (head < 0) return yield message;
  let at = head + 1;
  for (const length of message.slice(MANY.length, head).split(" ")) {
    yield message.slice(at, at + Number(length));
    at += Number(length);
  }
}

export function encodeUp(frame: UpFrame): string {
  switch (frame.kind) {
    case "open":
      return `open ${frame.session} ${frame.details}`;
    case "frame":
      return `frame ${frame.session} ${frame.payload}`;
    case "taken":
    case "close":
      return `${frame.kind} ${frame.session}`;
  }
}

export function encodeDown(frame: DownFrame): string {
  switch (frame.kind) {
    case "deliver":
      return `deliver ${frame.session} ${frame.payload}`;
    case "publish":
      return `publish ${frame.topic} ${frame.payload}`;
    case "subscribe":
    case "unsubscribe":
      return `${frame.kind} ${frame.session} ${frame.topics.join(" ")}`;
    case "ask":
      return `ask ${frame.session}`;
    case "close":
      return `close ${frame.session} ${frame.code} ${frame.reason}`;
  }
}

/** @returns null for a frame that no gateway of this version sends. */
export function decodeUp(text: string): UpFrame | null {
  const [kind, rest] = cut(text);
  const [number, payload] = cut(rest);
  const session = Number(number);
  if (number === "" || !Number.isSafeInteger(session)) return null;
  switch (kind) {
    case "open":
      return { kind, session, details: payload };
    case "frame":
      return { kind, session, payload };
    case "taken":
    case "close":
      return { kind, session };
    default:
      return null;
  }
}

/** @returns null for a frame that no server of this version sends. */
export function decodeDown(text: string): DownFrame | null {
  const [kind, rest] = cut(text);
  const [name, payload] = cut(rest);
  if (kind === "publish") return { kind, topic: name, payload };
  const session = Number(name);
  if (name === "" || !Number.isSafeInteger(session)) return null;
  switch (kind) {
    case "deliver":
      return { kind, session, payload };
    case "ask":
      return { kind, session };
    case "subscribe":
    case "unsubscribe":
      return { kind, session, topics: payload === "" ? [] : payload.split(" ") };
    case "close": {
      const [code, reason] = cut(payload);
      return { kind, session, code: Number(code), reason };
    }
    default:
      return null;
  }
}

function cut(text: string): [head: string, rest: string] {
  const space = text.indexOf(" ");
  return space < 0 ? [text, ""] : [text.slice(0, space), text.slice(space + 1)];
}
