import type { Person } from "../stack/person.ts";

/** How long a request may be tried again before it counts as failed, in milliseconds. */
const PATIENCE = 60_000;
/** Answers that say: later (RFC 9110, 15.6). */
const LATER = new Set([429, 502, 503, 504]);

/** What became of the requests of a soak. */
export class RequestTally {
  requests = 0;
  /** Requests that had to be made more than once. */
  retried = 0;
  /** What was asked, and why it failed for good. */
  readonly failed: string[] = [];

  /** Makes a request that may be repeated, as often as it is told to come again later. */
  async ask(person: Person, method: string, path: string, body?: unknown): Promise<void> {
    this.requests++;
    const deadline = Date.now() + PATIENCE;
    for (let attempt = 0; ; attempt++) {
      const { answer, pause } = await tryOnce(person, method, path, body);
      if (pause === undefined) return this.#note(method, path, answer);
      if (attempt === 0) this.retried++;
      if (Date.now() > deadline) return this.#note(method, path, `${answer}, for a minute`);
      await Bun.sleep(pause);
    }
  }

  #note(method: string, path: string, answer: string): void {
    if (!answer.startsWith("2")) this.failed.push(`${method} ${path}: ${answer}`);
  }
}

/** @returns what was answered, and the milliseconds to wait where that was: later. */
async function tryOnce(person: Person, method: string, path: string, body: unknown) {
  try {
    const answer = await person.request(method, path, body);
    const text = await answer.text();
    const said = `${answer.status} ${answer.ok ? "" : text}`;
    if (!LATER.has(answer.status)) return { answer: said };
    return { answer: said, pause: 1_000 * Number(answer.headers.get("retry-after") ?? 1) };
  } catch (error) {
    return { answer: `no answer: ${error}`, pause: 1_000 };
  }
}
