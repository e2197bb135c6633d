import type { Message } from "@parley/contracts/messages";
import type { Person } from "../stack/person.ts";

const KINDS = ["edit", "reaction", "delete"] as const;
/** Time until a change without a successful response is requested again. */
const RETRY_MS = 100;
const EDITED = "edited";
const EMOJI = "👍";

/** A change of a message after its sending. */
export interface Change {
  readonly kind: (typeof KINDS)[number];
  /** The `seq` of the message. */
  readonly seq: number;
}

/** Changes the messages of one person by HTTP, and records the acknowledged changes. */
export class Changer {
  readonly acknowledged: Change[] = [];
  readonly #person: Person;
  readonly #chat: string;
  #count = 0;
  #waiting = 0;

  constructor(person: Person, chat: string) {
    this.#person = person;
    this.#chat = chat;
  }

  get waiting(): number {
    return this.#waiting;
  }

  /** Applies the next kind of change to a message, and retries until it is acknowledged. */
  async change(seq: number): Promise<void> {
    const change: Change = { kind: KINDS[this.#count++ % KINDS.length] ?? "edit", seq };
    this.#waiting++;
    while (!(await this.#request(change).catch(() => false))) await Bun.sleep(RETRY_MS);
    this.acknowledged.push(change);
    this.#waiting--;
  }

  async #request({ kind, seq }: Change): Promise<boolean> {
    const path = `/messages/${this.#chat}/${seq}`;
    switch (kind) {
      case "edit":
        return (await this.#person.request("PATCH", path, { body: EDITED })).ok;
      case "reaction":
        return (await this.#person.request("PUT", `${path}/reactions/${EMOJI}`)).ok;
      case "delete":
        return (await this.#person.request("DELETE", path)).ok;
    }
  }
}

/** Decides whether the final state of the message contains a change. */
export function isDone({ kind }: Change, message: Message | undefined): boolean {
  switch (kind) {
    case "edit":
      return message?.body === EDITED && message.editedAt !== null;
    case "reaction":
      return message?.reactions.some(({ emoji, count }) => emoji === EMOJI && count === 1) === true;
    case "delete":
      return message?.body === "" && message.deletedAt !== null;
  }
}
