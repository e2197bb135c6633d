import { quantile } from "../../bench/load.ts";
import { Listener } from "../soak/listener.ts";
import type { Person } from "../stack/person.ts";

/** Milliseconds between two messages of one person: half of what the limit allows, so that it delays none. */
const PACE = { least: 150, most: 250 };
/** Characters of a message: enough for who reads nothing to fill his room in seconds. */
const BODY = "Lanes are drawn. ".repeat(225);
/** Milliseconds that may pass until the last message is heard by the last. */
const PATIENCE = 60_000;

/** What people heard of each other in some time. */
export interface Talk {
  readonly said: number;
  /** The fewest that one of them heard. */
  readonly heard: number;
  readonly holes: number;
  /** Codes of closes that nobody asked for. */
  readonly drops: readonly number[];
  /** Milliseconds from the sending of a message to its arrival, over all who heard it. */
  readonly p50: number;
  readonly p99: number;
}

/** People who talk in one chat, and note what they hear of it and when. */
export class Room {
  readonly #delays: number[] = [];
  readonly #heard: number[];
  readonly #listeners: readonly Listener[];
  #said = 0;

  constructor(people: readonly Person[], chat: string) {
    this.#heard = people.map(() => 0);
    this.#listeners = people.map(
      (person, n) =>
        new Listener(person, chat, (event) => {
          if (event.kind !== "message") return;
          this.#heard[n] = (this.#heard[n] ?? 0) + 1;
          this.#delays.push(performance.now() - Number.parseFloat(event.message.body));
        }),
    );
  }

  /** Lets all talk for so many milliseconds, and waits until all have heard all. */
  async talk(ms: number): Promise<Talk> {
    this.#said = 0;
    this.#delays.length = 0;
    this.#heard.fill(0);
    const end = performance.now() + ms;
    await Promise.all(this.#listeners.map((listener) => this.#keepTalking(listener, end)));
    const deadline = performance.now() + PATIENCE;
    while (this.#fewest < this.#said && performance.now() < deadline) await Bun.sleep(50);
    const delays = this.#delays.toSorted((a, b) => a - b);
    return {
      said: this.#said,
      heard: this.#fewest,
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
      this.#said++;
      await Bun.sleep(PACE.least + (PACE.most - PACE.least) * Math.random());
    }
  }

  get #fewest(): number {
    return Math.min(...this.#heard);
  }
}
