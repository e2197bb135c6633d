import { type ChatEvent, isKnownEvent } from "@parley/contracts/events";
import type { ClientFrame, ServerFrame } from "@parley/contracts/frames";
import type { Person } from "../stack/person.ts";

/**
 * A client with one WebSocket that must never close: it sends unacknowledged messages again after each
 * `welcome`, and counts the holes in the received events.
 */
export class Listener {
  /** Codes of unexpected closes. */
  readonly drops: number[] = [];
  welcomes = 0;
  holes = 0;
  acknowledged = 0;
  readonly #socket: WebSocket;
  readonly #unacknowledged = new Map<string, string>();
  #last = 0;
  #isResuming = false;

  /** @param onEvent is called for each event once, in order. */
  constructor(
    person: Person,
    private readonly chat: string,
    private readonly onEvent: (event: ChatEvent) => void = () => {},
  ) {
    this.#socket = new WebSocket(`${person.url.replace("http", "ws")}/ws`, {
      headers: { authorization: `Bearer ${person.token}` },
    });
    this.#socket.onmessage = ({ data }) => this.#receive(JSON.parse(String(data)));
    this.#socket.onclose = ({ code }) => this.drops.push(code);
  }

  get waiting(): number {
    return this.#unacknowledged.size;
  }

  say(body: string): void {
    const clientId = crypto.randomUUID();
    this.#unacknowledged.set(clientId, body);
    if (this.welcomes > 0) this.#sendMessage(clientId, body);
  }

  leave(): void {
    this.#socket.onclose = null;
    this.#socket.close();
  }

  #receive(frame: ServerFrame): void {
    if (frame.type === "welcome") this.#welcomed();
    else if (frame.type === "ack") this.#acknowledge(frame.clientId);
    else if (frame.type === "reject")
      setTimeout(() => this.#sendAgain(frame.clientId), 1_000 * (frame.retryAfter ?? 1));
    else if (frame.type === "resumed") this.#isResuming = false;
    else if (frame.type === "events" && frame.chat === this.chat)
      for (const event of frame.events.filter(isKnownEvent)) this.#add(event);
  }

  #welcomed(): void {
    this.welcomes++;
    this.#isResuming = true;
    this.#send({ type: "resume", chats: { [this.chat]: this.#last } });
    for (const [clientId, body] of this.#unacknowledged) this.#sendMessage(clientId, body);
  }

  /** Live events may arrive before the events of a resume; they are not holes. */
  #add(event: ChatEvent): void {
    const { seq } = event;
    if (seq <= this.#last) return;
    const isNext = seq === this.#last + 1;
    if (!isNext && this.#isResuming) return;
    if (!isNext) this.holes++;
    this.#last = seq;
    this.onEvent(event);
  }

  #acknowledge(clientId: string): void {
    if (this.#unacknowledged.delete(clientId)) this.acknowledged++;
  }

  #sendAgain(clientId: string): void {
    const body = this.#unacknowledged.get(clientId);
    if (body !== undefined) this.#sendMessage(clientId, body);
  }

  #sendMessage(clientId: string, body: string): void {
    this.#send({ type: "send", chat: this.chat, clientId, body });
  }

  #send(frame: ClientFrame): void {
    this.#socket.send(JSON.stringify(frame));
  }
}
