import type { Message } from "@parley/contracts/messages";
import type { Person } from "../stack/person.ts";

const KINDS = ["edit", "reaction", "delete"] as const;
/** Milliseconds until a change that came to nothing, as far as is known, is asked for again. */
const AGAIN = 100;
const EDITED = "edited";
const EMOJI = "👍";

/** Something that was done to a message after it was said. */
export interface Change {
  readonly kind: (typeof KINDS)[number];
  /** The message's. */
  readonly seq: number;
}

/** Somebody who changes their own messages by HTTP, each once, and remembers what they were told came to be. */
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

  /** Does the next kind of change to a message, as often as it takes until it is known to be done. */
  async change(seq: number): Promise<void> {
    const change: Change = { kind: KINDS[this.#count++ % KINDS.length] ?? "edit", seq };
    this.#waiting++;
    while (!(await this.#ask(change).catch(() => false))) await Bun.sleep(AGAIN);
    this.acknowledged.push(change);
    this.#waiting--;
  }

  async #ask({ kind, seq }: Change): Promise<boolean> {
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

/** Whether a change shows in the message as it is in the end. */
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
