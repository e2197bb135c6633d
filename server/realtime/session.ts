import type { CLOSES } from "@parley/contracts/closes";

export type Close = (typeof CLOSES)[keyof typeof CLOSES];

/**
 * One open connection of a signed-in user, whichever way it came: by a socket of its own
 * ({@link SocketSession}) or over a gateway's link ({@link LinkSession}).
 *
 * What is delivered, published after `subscribe`, and unsubscribed arrives in the order of the calls.
 */
export interface Session {
  /** The user's ID. */
  readonly user: string;
  /** The ID of the sign-in (`sid`), which several connections may share. */
  readonly sid: string;
  /** Whether it hears nothing any more: it was closed, or is just being closed. */
  readonly isClosing: boolean;
  /** Bytes that wait on the socket which carries it, for this session or any other. */
  readonly bufferedBytes: number;
  /** @param frame an encoded {@link ServerFrame}. */
  deliver(frame: string): void;
  /** Resolves once the reader has taken all that was delivered, or is gone. */
  whenDrained(): Promise<void>;
  subscribe(topics: readonly string[]): void;
  unsubscribe(topics: readonly string[]): void;
  isSubscribed(topic: string): boolean;
  close(close: Close): void;
}

/** The topic of everything that all readers of a chat hear alike. */
export function chatTopic(chat: string): string {
  return `chat:${chat}`;
}
