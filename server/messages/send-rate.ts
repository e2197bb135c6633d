import { Refusal } from "@parley/platform/problem";

const WINDOW = 1_000;

/**
 * Lets each user send at most `perSecond` messages within any second, over all their connections.
 *
 * It keeps the times of the last sends themselves, so that no second, wherever it starts, holds more.
 */
export function createSendRate(
  perSecond: number,
  now: () => number = performance.now.bind(performance),
) {
  const sent = new Map<string, number[]>();
  const sweep = setInterval(forgetIdle, 60_000);

  function forgetIdle(): void {
    const horizon = now() - WINDOW;
    for (const [user, times] of sent) if ((times.at(-1) ?? 0) <= horizon) sent.delete(user);
  }

  return {
    /** @throws Refusal `rate_limited`, with the seconds after which there is room again. */
    take(user: string): void {
      const time = now();
      const times = sent.get(user) ?? [];
      const live = times.findIndex((at) => at > time - WINDOW);
      const recent = live < 0 ? [] : times.slice(live);
      const oldest = recent[recent.length - perSecond];
      if (oldest !== undefined)
        throw new Refusal("rate_limited", "You send faster than this server allows.", {
          retryAfter: Math.ceil(oldest + WINDOW - time) / 1000,
        });
      recent.push(time);
      sent.set(user, recent);
    },
    [Symbol.dispose]: () => clearInterval(sweep),
  };
}
