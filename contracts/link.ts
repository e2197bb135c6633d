/**
 * The link: one WebSocket between a gateway and a server that carries every browser's connection.
 *
 * A link frame is text: words with one space between them. The last word may be a payload, which
 * extends to the end of the frame; the link does not parse the payload. The gateway numbers the
 * connections; a number is valid for the life of one link.
 *
 * A WebSocket message of the link holds one frame, or several frames after a line with their lengths
 * in UTF-16 code units.
 */

/** Where the server accepts WebSockets of clients that connect without a gateway. */
export const SOCKET_PATH = "/service/ws";
/** Where the server accepts links. */
export const LINK_PATH = "/service/link";
/** The `aud` of the short-lived token, signed with `JWT_SECRET`, that opens a link. */
export const LINK_AUDIENCE = "link";

/**
 * A frame from the gateway to the server. `details` is a {@link ConnectionDetails} as JSON; `drained`
 * answers a drain request when the browser has received everything that was sent to it.
 */
export type IngressFrame =
  | { kind: "open"; connection: number; details: string }
  | { kind: "frame"; connection: number; payload: string }
  | { kind: "drained"; connection: number }
  | { kind: "close"; connection: number };

/** A frame from the server to the gateway. */
export type EgressFrame =
  | { kind: "deliver"; connection: number; payload: string }
  | { kind: "publish"; topic: string; payload: string }
  | { kind: "drainRequest"; connection: number }
  | { kind: "subscribe"; connection: number; topics: string[] }
  | { kind: "unsubscribe"; connection: number; topics: string[] }
  | { kind: "close"; connection: number; code: number; reason: string };

/** What the gateway tells the server about a browser when it opens a connection; the server verifies the token itself. */
export interface ConnectionDetails {
  token: string;
  requestId: string;
}

const PACKED_PREFIX = "many ";

/** Packs frames into one message, in their order. */
export function packFrames(frames: readonly string[]): string {
  if (frames.length === 1) return frames[0] as string;
  return `${PACKED_PREFIX}${frames.map(({ length }) => length).join(" ")}\n${frames.join("")}`;
}

/** Yields the frames of a message; a message that {@link packFrames} did not pack is one frame. */
export function* unpackFrames(message: string): Generator<string> {
  const lineEnd = message.startsWith(PACKED_PREFIX) ? message.indexOf("\n") : -1;
  if (lineEnd < 0) return yield message;
  let start = lineEnd + 1;
  for (const length of message.slice(PACKED_PREFIX.length, lineEnd).split(" ")) {
    yield message.slice(start, start + Number(length));
    start += Number(length);
  }
}

export function encodeIngress(frame: IngressFrame): string {
  switch (frame.kind) {
    case "open":
      return `open ${frame.connection} ${frame.details}`;
    case "frame":
      return `frame ${frame.connection} ${frame.payload}`;
    case "drained":
      return `taken ${frame.connection}`;
    case "close":
      return `close ${frame.connection}`;
  }
}

export function encodeEgress(frame: EgressFrame): string {
  switch (frame.kind) {
    case "deliver":
      return `deliver ${frame.connection} ${frame.payload}`;
    case "publish":
      return `publish ${frame.topic} ${frame.payload}`;
    case "subscribe":
    case "unsubscribe":
      return `${frame.kind} ${frame.connection} ${frame.topics.join(" ")}`;
    case "drainRequest":
      return `ask ${frame.connection}`;
    case "close":
      return `close ${frame.connection} ${frame.code} ${frame.reason}`;
  }
}

/** @returns null for a frame that no gateway of this version sends. */
export function decodeIngress(text: string): IngressFrame | null {
  const [kind, rest] = splitAtSpace(text);
  const [number, payload] = splitAtSpace(rest);
  const connection = Number(number);
  if (number === "" || !Number.isSafeInteger(connection)) return null;
  switch (kind) {
    case "open":
      return { kind, connection, details: payload };
    case "frame":
      return { kind, connection, payload };
    case "taken":
      return { kind: "drained", connection };
    case "close":
      return { kind, connection };
    default:
      return null;
  }
}

/** @returns null for a frame that no server of this version sends. */
export function decodeEgress(text: string): EgressFrame | null {
  const [kind, rest] = splitAtSpace(text);
  const [name, payload] = splitAtSpace(rest);
  if (kind === "publish") return { kind, topic: name, payload };
  const connection = Number(name);
  if (name === "" || !Number.isSafeInteger(connection)) return null;
  switch (kind) {
    case "deliver":
      return { kind, connection, payload };
    case "ask":
      return { kind: "drainRequest", connection };
    case "subscribe":
    case "unsubscribe":
      return { kind, connection, topics: payload === "" ? [] : payload.split(" ") };
    case "close": {
      const [code, reason] = splitAtSpace(payload);
      return { kind, connection, code: Number(code), reason };
    }
    default:
      return null;
  }
}

function splitAtSpace(text: string): [first: string, rest: string] {
  const space = text.indexOf(" ");
  return space < 0 ? [text, ""] : [text.slice(0, space), text.slice(space + 1)];
}
