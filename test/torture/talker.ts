import { type ChatEvent, isKnownEvent } from "@parley/contracts/events";
import type { ServerFrame } from "@parley/contracts/frames";
import type { Person } from "../stack/person.ts";
import { readHistory } from "./history.ts";

const MAX_RECONNECT_MS = 100;
/** A message without an acknowledgement is sent again after this time. */
const RESEND_MS = 3_000;

/**
 * A minimal client: it sends each message under one `clientId` until the acknowledgement, reconnects
 * after each disconnect, and resumes from the last `seq` that it received without a hole.
 */
export class Talker {
  readonly acknowledged = new Map<string, Set<number>>();
  readonly received: ChatEvent[] = [];
  /** Each `seq` skipped after a `reset`: no message, and therefore not in history. */
  readonly skipped = new Set<number>();
  readonly #person: Person;
  readonly #chat: string;
  readonly #unacknowledged = new Map<string, { body: string; sent: number }>();
  #socket: WebSocket | undefined;
  #welcomed = false;
  #last = 0;
  /** A `resume` frame without its `resumed` frame yet. */
  #resuming = false;
  /** Another resume is needed after the current one. */
  #mustResume = false;
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

  /** Each `seq` of its own acknowledged messages, in order. */
  get own(): number[] {
    return [...this.acknowledged.values()].flatMap((seqs) => [...seqs]);
  }

  get waiting(): number {
    return this.#unacknowledged.size;
  }

  /** The last `seq` received without a hole. */
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
      await Bun.sleep(MAX_RECONNECT_MS * Math.random());
    }
  }

  #connectOnce(): Promise<void> {
    const { url, token } = this.#person;
    const socket = new WebSocket(`${url.replace("http", "ws")}/ws`, {
      headers: { authorization: `Bearer ${token}` },
    });
    this.#socket = socket;
    socket.onmessage = ({ data }) => this.#receive(JSON.parse(String(data)));
    const resendTimer = setInterval(() => this.#sendUnsent(), 500);
    return new Promise<void>((resolve) => {
      socket.onclose = () => resolve();
      socket.onerror = () => resolve();
    }).finally(() => clearInterval(resendTimer));
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
          for (const event of frame.events.filter(isKnownEvent)) this.#add(event);
        break;
      case "resumed":
        this.#resuming = false;
        if (this.#mustResume) this.#resume();
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

  #add(event: ChatEvent): void {
    if (event.seq > this.#last + 1) this.#resume();
    else this.received.push(event);
    this.#last = Math.max(this.#last, event.seq === this.#last + 1 ? event.seq : 0);
  }

  /** Reads the messages from history after a `reset`, up to the chat's current `lastSeq`. */
  async #catchUp(): Promise<void> {
    if (this.#isCatchingUp) return;
    this.#isCatchingUp = true;
    try {
      const path = `/chats/${this.#chat}`;
      const { lastSeq } = await this.#person.json<{ lastSeq: number }>("GET", path);
      for await (const event of readHistory(this.#person, this.#chat, this.#last)) {
        if (event.seq > lastSeq) break;
        this.#skip(event.seq);
        this.#add(event);
      }
      this.#skip(lastSeq + 1);
    } catch {
      // The server is away: the resume below, or after the next welcome, requests the rest.
    }
    this.#isCatchingUp = false;
    this.#resume();
  }

  /** Skips each `seq` before the given one, because history has no message there. */
  #skip(before: number): void {
    while (this.#last + 1 < before) this.skipped.add(++this.#last);
  }

  #resume(): void {
    this.#mustResume = this.#resuming;
    if (this.#resuming || this.#isCatchingUp) return;
    this.#resuming = true;
    this.#send({ type: "resume", chats: { [this.#chat]: this.#last } });
  }

  #sendUnsent(): void {
    if (!this.#welcomed) return;
    const now = Date.now();
    for (const [clientId, waiting] of this.#unacknowledged) {
      if (now - waiting.sent < RESEND_MS) continue;
      waiting.sent = now;
      this.#send({ type: "send", chat: this.#chat, clientId, body: waiting.body });
    }
  }

  #send(frame: object): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
  }
}
