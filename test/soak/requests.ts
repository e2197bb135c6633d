import type { Person } from "../stack/person.ts";

/** A request that still fails after this time counts as failed. */
const RETRY_TIMEOUT_MS = 60_000;
/** Statuses of temporary failures (RFC 9110, 15.6; RFC 6585, 4). */
const RETRYABLE = new Set([429, 502, 503, 504]);

/** Counts the requests of a soak and their failures. */
export class RequestTally {
  requests = 0;
  /** Requests that were sent more than once. */
  retried = 0;
  /** Method, path and last outcome of each failed request. */
  readonly failed: string[] = [];

  /** Sends an idempotent request, and retries temporary failures. */
  async send(person: Person, method: string, path: string, body?: unknown): Promise<void> {
    this.requests++;
    const deadline = Date.now() + RETRY_TIMEOUT_MS;
    for (let attempt = 0; ; attempt++) {
      const { outcome, retryAfterMs } = await tryOnce(person, method, path, body);
      if (retryAfterMs === undefined) return this.#record(method, path, outcome);
      if (attempt === 0) this.retried++;
      if (Date.now() > deadline) return this.#record(method, path, `${outcome}, for a minute`);
      await Bun.sleep(retryAfterMs);
    }
  }

  #record(method: string, path: string, outcome: string): void {
    if (!outcome.startsWith("2")) this.failed.push(`${method} ${path}: ${outcome}`);
  }
}

/** @returns the status with the text of a failure, and the time until a retry of a temporary failure. */
async function tryOnce(person: Person, method: string, path: string, body: unknown) {
  try {
    const response = await person.request(method, path, body);
    const text = await response.text();
    const outcome = `${response.status} ${response.ok ? "" : text}`;
    if (!RETRYABLE.has(response.status)) return { outcome };
    return { outcome, retryAfterMs: 1_000 * Number(response.headers.get("retry-after") ?? 1) };
  } catch (error) {
    return { outcome: `no response: ${error}`, retryAfterMs: 1_000 };
  }
}
