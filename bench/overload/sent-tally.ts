import { quantile } from "../load.ts";
import { type Codes, count, type Sent, sharedNow } from "./orders.ts";

/** Counts what is sent and answered; rates and times only while `isMeasured`. */
export class SentTally {
  isMeasured = false;
  readonly #sentAt = new Map<string, number>();
  readonly #refused: Codes = {};
  readonly #closes: Codes = {};
  readonly #delays: number[] = [];
  readonly #ids: string[] = [];
  #offered = 0;

  takeSend(clientId: string, now: number): void {
    this.#sentAt.set(clientId, now);
    if (this.isMeasured) this.#offered++;
  }

  /** @returns whether the frame answers a message. */
  takeAnswer(text: string): boolean {
    const isAck = text.startsWith('{"type":"ack"');
    if (!isAck && !text.startsWith('{"type":"reject"')) return false;
    const { clientId, code } = JSON.parse(text);
    const sentAt = this.#sentAt.get(clientId) ?? Number.NaN;
    this.#sentAt.delete(clientId);
    if (isAck) this.#ids.push(clientId);
    if (!this.isMeasured) return true;
    if (isAck) this.#delays.push(sharedNow() - sentAt);
    else count(this.#refused, code);
    return true;
  }

  takeClose(code: number): void {
    count(this.#closes, code);
  }

  result(measuredMs: number): Sent {
    const sorted = this.#delays.toSorted((a, b) => a - b);
    const perSecond = (total: number) => (total * 1_000) / measuredMs;
    return {
      offered: perSecond(this.#offered),
      acknowledged: perSecond(sorted.length),
      refused: this.#refused,
      closes: this.#closes,
      p50: quantile(sorted, 0.5),
      p99: quantile(sorted, 0.99),
      ids: this.#ids,
    };
  }
}
