import { type ChatEvent, isKnownEvent } from "@parley/contracts/events";
import type { ServerFrame } from "@parley/contracts/frames";
import type { Person } from "../stack/person.ts";
import { readHistory } from "./history.ts";

const RECONNECT = 100;
/** An acknowledgement that does not come within this time, on a connection that stands, is asked for again. */
const RESEND = 3_000;

/**
 * A client reduced to its promises: it sends each message until it is acknowledged, under one
 * `clientId`, connects again whenever it is cut off, and resumes from the last place it knows.
 */
export class Talker {
  readonly acknowledged = new Map<string, Set<number>>();
  readonly heard: ChatEvent[] = [];
  /** Places that a `reset` spared it: they are no messages, and history does not hold them. */
  readonly spared = new Set<number>();
  readonly #person: Person;
  readonly #chat: string;
  readonly #unacknowledged = new Map<string, { body: string; sent: number }>();
  #socket: WebSocket | undefined;
  #welcomed = false;
  #last = 0;
  /** A resume is on its way; what is missing still when it was answered is asked for again. */
  #resuming = false;
  #isMissing = false;
  #isCatchingUp = false;
  #stopped = false;

  constructor(person: Person, chat: string) {
    this.#person = person;
    this.#chat = chat;
    void this.#stayConnected();
  }

  say(body: string): void {
    const clientId = crypto.randomUUID();
    this.#unacknowledged.set(clientId, { body, sent: 0 });
    this.#sendUnsent();
  }

  /** The places of its own messages that are known to be stored, in their order. */
  get own(): number[] {
    return [...this.acknowledged.values()].flatMap((seqs) => [...seqs]);
  }

  get waiting(): number {
    return this.#unacknowledged.size;
  }

  /** The last place up to which nothing is missing. */
  get last(): number {
    return this.#last;
  }

  stop(): void {
    this.#stopped = true;
    this.#socket?.close();
  }

  async #stayConnected(): Promise<void> {
    while (!this.#stopped) {
      await this.#connectOnce();
      this.#welcomed = false;
      await Bun.sleep(RECONNECT * Math.random());
    }
  }

  #connectOnce(): Promise<void> {
    const { url, token } = this.#person;
    const socket = new WebSocket(`${url.replace("http", "ws")}/ws`, {
      headers: { authorization: `Bearer ${token}` },
    });
    this.#socket = socket;
    socket.onmessage = ({ data }) => this.#receive(JSON.parse(String(data)));
    const again = setInterval(() => this.#sendUnsent(), 500);
    return new Promise<void>((resolve) => {
      socket.onclose = () => resolve();
      socket.onerror = () => resolve();
    }).finally(() => clearInterval(again));
  }

  #receive(frame: ServerFrame): void {
    switch (frame.type) {
      case "welcome":
        this.#welcomed = true;
        this.#resuming = false;
        for (const waiting of this.#unacknowledged.values()) waiting.sent = 0;
        this.#resume();
        this.#sendUnsent();
        break;
      case "ack": {
        const seqs = this.acknowledged.get(frame.clientId) ?? new Set();
        this.acknowledged.set(frame.clientId, seqs.add(frame.seq));
        this.#unacknowledged.delete(frame.clientId);
        break;
      }
      case "events":
        if (frame.chat === this.#chat)
          for (const event of frame.events.filter(isKnownEvent)) this.#hear(event);
        break;
      case "resumed":
        this.#resuming = false;
        if (this.#isMissing) this.#resume();
        break;
      case "reset":
        if (frame.chat === this.#chat) void this.#catchUp();
        break;
      case "heads":
        if ((frame.chats[this.#chat] ?? 0) > this.#last) this.#resume();
        break;
      default:
        break;
    }
  }

  #hear(event: ChatEvent): void {
    if (event.seq > this.#last + 1) this.#resume();
    else this.heard.push(event);
    this.#last = Math.max(this.#last, event.seq === this.#last + 1 ? event.seq : 0);
  }

  /** Reads what is too much to be replayed: the messages, up to where the chat is now. */
  async #catchUp(): Promise<void> {
    if (this.#isCatchingUp) return;
    this.#isCatchingUp = true;
    try {
      const path = `/chats/${this.#chat}`;
      const { lastSeq } = await this.#person.json<{ lastSeq: number }>("GET", path);
      for await (const event of readHistory(this.#person, this.#chat, this.#last)) {
        if (event.seq > lastSeq) break;
        this.#spare(event.seq);
        this.#hear(event);
      }
      this.#spare(lastSeq + 1);
    } catch {
      // The server went away meanwhile: what is left is asked for below, or with the next welcome.
    }
    this.#isCatchingUp = false;
    this.#resume();
  }

  /** Knows of what lies before a place, and was not heard, that it is no message. */
  #spare(before: number): void {
    while (this.#last + 1 < before) this.spared.add(++this.#last);
  }

  #resume(): void {
    this.#isMissing = this.#resuming;
    if (this.#resuming || this.#isCatchingUp) return;
    this.#resuming = true;
    this.#send({ type: "resume", chats: { [this.#chat]: this.#last } });
  }

  #sendUnsent(): void {
    if (!this.#welcomed) return;
    const now = Date.now();
    for (const [clientId, waiting] of this.#unacknowledged) {
      if (now - waiting.sent < RESEND) continue;
      waiting.sent = now;
      this.#send({ type: "send", chat: this.#chat, clientId, body: waiting.body });
    }
  }

  #send(frame: object): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
  }
}
