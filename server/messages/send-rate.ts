import { Refusal } from "@parley/platform/http/problem";

const WINDOW = 1_000;

/** When somebody sent, oldest first: what lies before `first` is forgotten. */
interface Sends {
  times: number[];
  first: number;
}

/**
 * Lets each user send at most `perSecond` messages within any second, over all their connections.
 *
 * It keeps the times of the last sends themselves, so that no second, wherever it starts, holds more.
 */
export function createSendRate(
  perSecond: number,
  now: () => number = performance.now.bind(performance),
) {
  const sent = new Map<string, Sends>();
  const sweep = setInterval(forgetIdle, 60_000);

  function forgetIdle(): void {
    const horizon = now() - WINDOW;
    for (const [user, { times }] of sent) if ((times.at(-1) ?? 0) <= horizon) sent.delete(user);
  }

  return {
    /** @throws Refusal `rate_limited`, with the seconds after which there is room again. */
    take(user: string): void {
      const time = now();
      const sends = sent.getOrInsertComputed(user, () => ({ times: [], first: 0 }));
      forgetBefore(sends, time - WINDOW);
      const oldest = sends.times[sends.first];
      if (oldest !== undefined && sends.times.length - sends.first >= perSecond)
        throw new Refusal("rate_limited", "You send faster than this server allows.", {
          retryAfter: Math.ceil(oldest + WINDOW - time) / 1000,
        });
      sends.times.push(time);
    },
    [Symbol.dispose]: () => clearInterval(sweep),
  };
}

/** Moves the rest to the front only when half is forgotten: each send is moved once at the most. */
function forgetBefore(sends: Sends, horizon: number): void {
  while ((sends.times[sends.first] ?? Number.POSITIVE_INFINITY) <= horizon) sends.first++;
  if (sends.first * 2 <= sends.times.length) return;
  sends.times = sends.times.slice(sends.first);
  sends.first = 0;
}
