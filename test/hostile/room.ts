import { quantile } from "../../bench/load.ts";
import { Listener } from "../soak/listener.ts";
import type { Person } from "../stack/person.ts";

/** Milliseconds between two messages of a person: half of the allowed rate, so that the limit delays none. */
const INTERVAL_MS = { least: 150, most: 250 };
/** Long enough to fill the send buffer of a slow reader in seconds. */
const BODY = "Lanes are drawn. ".repeat(225);
/** Time until every message has reached every person. */
const DELIVERY_TIMEOUT_MS = 60_000;

/** The sent and received messages of a period. */
export interface Talk {
  readonly sent: number;
  /** The fewest messages that one person received. */
  readonly received: number;
  readonly holes: number;
  /** Codes of unexpected closes. */
  readonly drops: readonly number[];
  /** Milliseconds from the sending of a message to its arrival, over all receivers. */
  readonly p50: number;
  readonly p99: number;
}

/** People who send messages to one chat and measure their delivery. */
export class Room {
  readonly #delays: number[] = [];
  readonly #received: number[];
  readonly #listeners: readonly Listener[];
  #sent = 0;

  constructor(people: readonly Person[], chat: string) {
    this.#received = people.map(() => 0);
    this.#listeners = people.map(
      (person, n) =>
        new Listener(person, chat, (event) => {
          if (event.kind !== "message") return;
          this.#received[n] = (this.#received[n] ?? 0) + 1;
          this.#delays.push(performance.now() - Number.parseFloat(event.message.body));
        }),
    );
  }

  /** Lets all send messages for `ms` milliseconds, and waits until all have received all. */
  async talk(ms: number): Promise<Talk> {
    this.#sent = 0;
    this.#delays.length = 0;
    this.#received.fill(0);
    const end = performance.now() + ms;
    await Promise.all(this.#listeners.map((listener) => this.#keepTalking(listener, end)));
    const deadline = performance.now() + DELIVERY_TIMEOUT_MS;
    while (this.#fewest < this.#sent && performance.now() < deadline) await Bun.sleep(50);
    const delays = this.#delays.toSorted((a, b) => a - b);
    return {
      sent: this.#sent,
      received: this.#fewest,
      holes: this.#listeners.reduce((sum, { holes }) => sum + holes, 0),
      drops: this.#listeners.flatMap(({ drops }) => drops),
      p50: quantile(delays, 0.5),
      p99: quantile(delays, 0.99),
    };
  }

  leave(): void {
    for (const listener of this.#listeners) listener.leave();
  }

  async #keepTalking(listener: Listener, end: number): Promise<void> {
    while (performance.now() < end) {
      listener.say(`${performance.now().toFixed(3)} ${BODY}`);
      this.#sent++;
      await Bun.sleep(INTERVAL_MS.least + (INTERVAL_MS.most - INTERVAL_MS.least) * Math.random());
    }
  }

  get #fewest(): number {
    return Math.min(...this.#received);
  }
}
