/** What the benchmark tells the process of the senders or of the readers. */
export type Orders =
  | {
      readonly kind: "open";
      readonly url: string;
      readonly tokens: string[];
      readonly chat: string;
    }
  | ({ readonly kind: "send" } & Step)
  | { readonly kind: "report" };

/** One step of the load: counted between the warm-up and its end. */
export interface Step {
  readonly load: Load;
  readonly warmUpMs: number;
  readonly measuredMs: number;
}

/** A constant number of unanswered messages, or a rate that does not wait for answers. */
export type Load =
  | { readonly kind: "closed"; readonly inFlight: number }
  | { readonly kind: "open"; readonly perSecond: number };

/** Counts by code: of refusals, or of closed sockets. */
export type Codes = Record<string, number>;

/** What the senders saw of a step. Times are milliseconds from sending to the acknowledgement. */
export interface Sent {
  /** Messages a second. */
  readonly offered: number;
  readonly acknowledged: number;
  readonly refused: Codes;
  readonly closes: Codes;
  readonly p50: number;
  readonly p99: number;
  /** The `clientId`s that were acknowledged, warm-up and end included. */
  readonly ids: string[];
}

/** What the readers received since the last report. */
export interface Received {
  /** Messages that each reader received. */
  readonly messages: number[];
  /** Events that came twice, out of order or after a hole, over all readers. */
  readonly faults: number;
  readonly closes: Codes;
  /** Milliseconds from sending to the first reader. */
  readonly p50: number;
  readonly p99: number;
}

/** Milliseconds that all processes of a machine share, to a fraction. */
export function sharedNow(): number {
  return performance.timeOrigin + performance.now();
}

export function count(codes: Codes, code: string | number): void {
  codes[code] = (codes[code] ?? 0) + 1;
}
