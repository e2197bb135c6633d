import { type Load, quantile } from "../load.ts";

/** Time for which messages are sent before the first that is measured. */
const WARM_UP_MS = 1_000;
/** Time after the last message in which all readers must have received it. */
const DELIVERY_TIMEOUT_MS = 10_000;

/** The times of a message, by `performance.now()` of this process. */
export interface Delivery {
  readonly sent: number;
  /** When the first reader had the message. */
  readonly first: number;
  /** When all readers had it. */
  readonly last: number;
}

interface Arrivals {
  count: number;
  first: number;
}

/**
 * Sends messages at a constant rate, whatever becomes of the earlier ones, and times each until it
 * reached the readers.
 * @param perSecond messages per second, of all senders in turn.
 * @throws Error when a message does not reach every reader.
 */
export async function measurePaced(
  { senders, readers, carriesMessages, sentTimes }: Omit<Load, "inFlight">,
  perSecond: number,
  seconds: number,
): Promise<Delivery[]> {
  const deliveries: Delivery[] = [];
  const awaited = new Map<number, Arrivals>();
  const receive = ({ data }: MessageEvent) => {
    if (!carriesMessages(data)) return;
    const now = performance.now();
    for (const sent of sentTimes(data)) {
      const arrivals = awaited.get(sent);
      if (!arrivals) continue;
      if (arrivals.count++ === 0) arrivals.first = now;
      if (arrivals.count < readers.length) continue;
      awaited.delete(sent);
      deliveries.push({ sent, first: arrivals.first, last: now });
    }
  };
  for (const reader of readers) reader.onmessage = receive;
  const start = performance.now();
  await atRate(perSecond, seconds * 1_000 + WARM_UP_MS, (n) => {
    const now = Number(performance.now().toFixed(3));
    if (now - start > WARM_UP_MS) awaited.set(now, { count: 0, first: now });
    const { socket, next } = senders[n % senders.length] as (typeof senders)[number];
    socket.send(next(now));
  });
  const end = performance.now() + DELIVERY_TIMEOUT_MS;
  while (awaited.size > 0 && performance.now() < end) await Bun.sleep(10);
  if (awaited.size > 0) throw new Error(`${awaited.size} messages did not reach every reader`);
  return deliveries;
}

/** Calls `begin` with 0, 1, 2, … at a constant rate, without waiting for earlier calls. */
export async function atRate(
  perSecond: number,
  milliseconds: number,
  begin: (n: number) => void,
): Promise<void> {
  const start = performance.now();
  for (let n = 0; n < (milliseconds * perSecond) / 1_000; n++) {
    await Bun.sleep(Math.max(0, start + (n * 1_000) / perSecond - performance.now()));
    begin(n);
  }
}

export interface Quantiles {
  readonly p50: number;
  readonly p99: number;
}

export function quantilesOf(delays: readonly number[]): Quantiles {
  const sorted = delays.toSorted((a, b) => a - b);
  return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99) };
}
