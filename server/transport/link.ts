import { CLOSES } from "@parley/contracts/closes";
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
import type { Connection } from "../realtime/connection.ts";
import type { Close, Session } from "../realtime/session.ts";
import { LinkSession } from "./link-session.ts";

export interface LinkSocketData {
  readonly kind: "link";
  link?: Link;
}

export interface LinkDeps {
  /** Who a token speaks for now; null when it is not good any more. */
  check(token: string): Promise<{ user: string; sid: string } | null>;
  connect(session: Session): Connection;
  log: Pick<Log, "warn">;
}

/** The topic by which a link's own socket hears what it has to fan out. */
export function linkTopic(topic: string): string {
  return `link:${topic}`;
}

interface Linked {
  connection?: Connection;
  /** What came while the token was checked. */
  early?: FrameQueue;
  readonly drainWaiter: DrainWaiter;
}

/**
 * One gateway's link: many sessions over one socket.
 *
 * The link subscribes to a topic once, however many of its sessions do; the gateway fans out.
 */
export class Link {
  readonly #deps: LinkDeps;
  readonly #socket: ServerWebSocket<LinkSocketData>;
  readonly #sessions = new Map<number, Linked>();
  readonly #listeners = new Map<string, number>();
  readonly #said: FrameBatcher;

  constructor(deps: LinkDeps, socket: ServerWebSocket<LinkSocketData>) {
    this.#deps = deps;
    this.#socket = socket;
    this.#said = new FrameBatcher((message) => socket.send(message));
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
        this.#tellTaken(frame.connection);
        break;
      case "close":
        this.drop(frame.connection);
        break;
      case undefined:
        this.#socket.close(CLOSES.abuse.code, "not a link frame");
    }
  }

  /** The gateway is gone, and with it every session on its link. */
  closed(): void {
    for (const session of [...this.#sessions.keys()]) this.drop(session);
  }

  /** Forgets a session whose browser is gone, or that was closed from here. */
  drop(session: number): void {
    const linked = this.#sessions.get(session);
    this.#tellTaken(session);
    this.#sessions.delete(session);
    linked?.connection?.closed();
  }

  /** Asks the gateway to tell when the browser has taken all that was said to its session. */
  async untilTaken(session: number): Promise<void> {
    const linked = this.#sessions.get(session);
    if (!linked) return;
    if (!linked.drainWaiter.isWaiting) this.say({ kind: "drainRequest", connection: session });
    await linked.drainWaiter.wait();
  }

  #tellTaken(session: number): void {
    this.#sessions.get(session)?.drainWaiter.release();
  }

  has(session: number): boolean {
    return this.#sessions.has(session);
  }

  /** Bytes that the gateway has yet to take. */
  get waiting(): number {
    return this.#socket.getBufferedAmount();
  }

  say(frame: EgressFrame): void {
    this.#said.add(encodeEgress(frame));
  }

  /** Sends what was said so far: what is published takes another way, and must not overtake it. */
  flush(): void {
    this.#said.flush();
  }

  listen(topic: string): void {
    const listeners = this.#listeners.get(topic) ?? 0;
    if (listeners === 0) this.#socket.subscribe(linkTopic(topic));
    this.#listeners.set(topic, listeners + 1);
  }

  unlisten(topic: string): void {
    const listeners = (this.#listeners.get(topic) ?? 0) - 1;
    if (listeners > 0) this.#listeners.set(topic, listeners);
    else if (this.#listeners.delete(topic)) this.#socket.unsubscribe(linkTopic(topic));
  }

  async #open(number: number, details: string): Promise<void> {
    const early = new FrameQueue();
    const linked: Linked = { early, drainWaiter: new DrainWaiter() };
    this.#sessions.set(number, linked);
    const owner = await this.#owner(details);
    if (this.#sessions.get(number) !== linked) return;
    if ("code" in owner) return this.#refuse(number, owner);
    linked.connection = this.#deps.connect(new LinkSession(this, number, owner));
    for (let frame = early.shift(); frame !== undefined; frame = early.shift())
      linked.connection.receive(frame);
    delete linked.early;
  }

  /** Who is to be trusted, or why the session is closed: a database that is away signs nobody out. */
  async #owner(details: string): Promise<{ user: string; sid: string } | Close> {
    try {
      const { token } = JSON.parse(details) as ConnectionDetails;
      return (await this.#deps.check(token)) ?? CLOSES.signedOut;
    } catch (err) {
      this.#deps.log.warn({ err }, "a session could not be opened");
      return CLOSES.unavailable;
    }
  }

  #refuse(session: number, { code, reason }: Close): void {
    this.#sessions.delete(session);
    this.say({ kind: "close", connection: session, code, reason });
  }

  #forward(session: number, payload: string): void {
    const linked = this.#sessions.get(session);
    if (linked?.connection) linked.connection.receive(payload);
    // Beyond its room only where a gateway did not wait for the welcome, which has it sent again.
    else linked?.early?.push(payload);
  }
}
