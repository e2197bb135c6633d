import type { CLOSES } from "@parley/contracts/closes";
import type { ServerFrame } from "@parley/contracts/frames";
import type { ChatId, SessionId, UserId } from "@parley/contracts/ids";

export type Close = (typeof CLOSES)[keyof typeof CLOSES];

/**
 * One open connection of a signed-in user: a WebSocket of its own ({@link SocketConnection}), or one of
 * the many on a gateway's link ({@link LinkConnection}).
 *
 * Delivered frames, frames published after `subscribe` and the effect of `unsubscribe` arrive in the
 * order of the calls.
 */
export interface ServerConnection {
  /** The user's ID. */
  readonly user: UserId;
  /** The ID of the session (sign-in), which several connections may share. */
  readonly sid: SessionId;
  /** Whether the connection is closed or closing, so that frames no longer reach it. */
  readonly isClosing: boolean;
  /** Bytes that the underlying socket buffers. On a link they include those of all its connections. */
  readonly bufferedBytes: number;
  /** @param frame an encoded {@link ServerFrame}. */
  deliver(frame: string): void;
  /** Resolves when everything delivered was read by the client, or when the connection is closed. */
  whenDrained(): Promise<void>;
  subscribe(topics: readonly string[]): void;
  unsubscribe(topics: readonly string[]): void;
  isSubscribed(topic: string): boolean;
  close(close: Close): void;
}

/** Encodes a frame for one connection and delivers it. */
export function sendFrame(connection: ServerConnection, frame: ServerFrame): void {
  connection.deliver(JSON.stringify(frame));
}

/** The topic of the frames that are the same for all readers of a chat. */
export function chatTopic(chat: ChatId): string {
  return `chat:${chat}`;
}
