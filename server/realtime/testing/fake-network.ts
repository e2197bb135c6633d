import type { ServerFrame } from "@parley/contracts/frames";
import type { ChatId, SessionId, UserId } from "@parley/contracts/ids";
import type { Close, ServerConnection } from "../server-connection.ts";

/** A connection that keeps the frames that it was sent. */
export class FakeConnection implements ServerConnection {
  readonly frames: ServerFrame[] = [];
  readonly topics = new Set<string>();
  readonly bufferedBytes = 0;
  closed: Close | undefined;

  get isClosing(): boolean {
    return this.closed !== undefined;
  }

  constructor(
    readonly user: UserId,
    readonly sid: SessionId,
  ) {}

  deliver(frame: string): void {
    this.frames.push(JSON.parse(frame));
  }

  async whenDrained(): Promise<void> {}

  subscribe(topics: readonly string[]): void {
    for (const topic of topics) this.topics.add(topic);
  }

  unsubscribe(topics: readonly string[]): void {
    for (const topic of topics) this.topics.delete(topic);
  }

  isSubscribed(topic: string): boolean {
    return this.topics.has(topic);
  }

  close(close: Close): void {
    this.closed = close;
  }

  /** The sequence numbers of the events of a chat, in the order they came. */
  seqs(chat: ChatId): number[] {
    return this.frames.flatMap((frame) =>
      frame.type === "events" && frame.chat === chat ? frame.events.map(({ seq }) => seq) : [],
    );
  }
}

/** Publishes to the connections that are subscribed, as Bun does. */
export class FakeNetwork {
  readonly #connections: FakeConnection[] = [];

  connection(user: UserId, sid = `${user}’s session`): FakeConnection {
    const connection = new FakeConnection(user, sid);
    this.#connections.push(connection);
    return connection;
  }

  publish = (topic: string, frame: string): void => {
    for (const connection of this.#connections)
      if (connection.topics.has(topic)) connection.deliver(frame);
  };
}
