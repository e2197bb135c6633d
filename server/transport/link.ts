import { CLOSES } from "@parley/contracts/closes";
import type { SessionId, UserId } from "@parley/contracts/ids";
import {
  type ConnectionDetails,
  decodeIngress,
  type EgressFrame,
  encodeEgress,
  unpackFrames,
} from "@parley/contracts/link";
import type { Log } from "@parley/platform/process/log";
import { DrainWaiter } from "@parley/platform/sockets/drain-waiter";
import { FrameBatcher } from "@parley/platform/sockets/frame-batcher";
import { FrameQueue } from "@parley/platform/sockets/frame-queue";
import type { ServerWebSocket } from "bun";
import type { ConnectionReceiver } from "../realtime/connection.ts";
import type { Publish } from "../realtime/hub.ts";
import type { Close, ServerConnection } from "../realtime/server-connection.ts";
import { type CarrierLink, LinkConnection } from "./link-connection.ts";

export interface LinkSocketData {
  readonly kind: "link";
  link?: Link;
}

export interface LinkDeps {
  /** @returns the user and the session of a token; null where the token is invalid or its session has ended. */
  check(token: string): Promise<{ user: UserId; sid: SessionId } | null>;
  connect(connection: ServerConnection): ConnectionReceiver;
  log: Pick<Log, "warn">;
}

/** The topic to which a link's socket subscribes, so that the gateway can fan out the chat's frames. */
function linkTopic(topic: string): string {
  return `link:${topic}`;
}

interface PublishDeps {
  /** Sends text to all sockets that are subscribed to a topic. */
  publish(topic: string, text: string): void;
  /** Sends what is batched for the links; called before each publish. */
  flushLinks(): void;
  /** Counts what is published, so that slow readers are found. */
  notePublished(characters: number): void;
}

/** Publishes a frame natively to the sockets that are subscribed to a topic, and once to each link that is. */
export function createPublish({ notePublished, flushLinks, publish }: PublishDeps): Publish {
  return function publishToAll(topic, payload) {
    notePublished(payload.length);
    flushLinks();
    publish(topic, payload);
    publish(linkTopic(topic), encodeEgress({ kind: "publish", topic, payload }));
  };
}

interface LinkedConnection {
  receiver?: ConnectionReceiver;
  /** Frames that arrive while the token is checked. */
  early?: FrameQueue;
  readonly drainWaiter: DrainWaiter;
}

/**
 * The link of one gateway: many connections over one socket.
 *
 * The link subscribes to a topic once for all its connections; the gateway fans out.
 */
export class Link implements CarrierLink {
  readonly #deps: LinkDeps;
  readonly #socket: ServerWebSocket<LinkSocketData>;
  readonly #connections = new Map<number, LinkedConnection>();
  readonly #subscriberCounts = new Map<string, number>();
  readonly #batcher: FrameBatcher;

  constructor(deps: LinkDeps, socket: ServerWebSocket<LinkSocketData>) {
    this.#deps = deps;
    this.#socket = socket;
    this.#batcher = new FrameBatcher((message) => socket.send(message));
  }

  receive(message: string): void {
    for (const frame of unpackFrames(message)) this.#receiveFrame(frame);
  }

  #receiveFrame(text: string): void {
    const frame = decodeIngress(text);
    switch (frame?.kind) {
      case "open":
        void this.#open(frame.connection, frame.details);
        break;
      case "frame":
        this.#forward(frame.connection, frame.payload);
        break;
      case "drained":
        this.#connections.get(frame.connection)?.drainWaiter.release();
        break;
      case "close":
        this.drop(frame.connection);
        break;
      case undefined:
        this.#socket.close(CLOSES.abuse.code, "not a link frame");
    }
  }

  /** The socket is closed: all its connections are gone. */
  closed(): void {
    for (const connection of [...this.#connections.keys()]) this.drop(connection);
  }

  drop(number: number): void {
    const linked = this.#connections.get(number);
    linked?.drainWaiter.release();
    this.#connections.delete(number);
    linked?.receiver?.closed();
  }

  async whenDrained(number: number): Promise<void> {
    const linked = this.#connections.get(number);
    if (!linked) return;
    if (!linked.drainWaiter.isWaiting) this.send({ kind: "drainRequest", connection: number });
    await linked.drainWaiter.wait();
  }

  has(number: number): boolean {
    return this.#connections.has(number);
  }

  get bufferedBytes(): number {
    return this.#socket.getBufferedAmount();
  }

  send(frame: EgressFrame): void {
    this.#batcher.add(encodeEgress(frame));
  }

  /** Sends the batched frames at once, because a published frame does not pass the batcher and must not overtake them. */
  flush(): void {
    this.#batcher.flush();
  }

  subscribe(topic: string): void {
    const subscribers = this.#subscriberCounts.get(topic) ?? 0;
    if (subscribers === 0) this.#socket.subscribe(linkTopic(topic));
    this.#subscriberCounts.set(topic, subscribers + 1);
  }

  unsubscribe(topic: string): void {
    const subscribers = (this.#subscriberCounts.get(topic) ?? 0) - 1;
    if (subscribers > 0) this.#subscriberCounts.set(topic, subscribers);
    else if (this.#subscriberCounts.delete(topic)) this.#socket.unsubscribe(linkTopic(topic));
  }

  async #open(number: number, details: string): Promise<void> {
    const early = new FrameQueue();
    const linked: LinkedConnection = { early, drainWaiter: new DrainWaiter() };
    this.#connections.set(number, linked);
    const owner = await this.#ownerOf(details);
    if (this.#connections.get(number) !== linked) return;
    if ("code" in owner) return this.#refuse(number, owner);
    linked.receiver = this.#deps.connect(new LinkConnection(this, number, owner));
    for (let frame = early.shift(); frame !== undefined; frame = early.shift())
      linked.receiver.receive(frame);
    delete linked.early;
  }

  /** @returns the owner of the token, or why the connection is closed; without a database nobody is signed out. */
  async #ownerOf(details: string): Promise<{ user: UserId; sid: SessionId } | Close> {
    try {
      const { token } = JSON.parse(details) as ConnectionDetails;
      return (await this.#deps.check(token)) ?? CLOSES.signedOut;
    } catch (err) {
      this.#deps.log.warn({ err }, "opening a connection failed");
      return CLOSES.unavailable;
    }
  }

  #refuse(number: number, { code, reason }: Close): void {
    this.#connections.delete(number);
    this.send({ kind: "close", connection: number, code, reason });
  }

  #forward(number: number, payload: string): void {
    const linked = this.#connections.get(number);
    if (linked?.receiver) linked.receiver.receive(payload);
    // The queue is full only where a gateway did not wait for the welcome; the gateway then sends the frames again.
    else linked?.early?.push(payload);
  }
}
