import { attackMetrics, seriesOf, startWithStatusServer } from "../test/security/metrics-attack.ts";
import { signIn } from "../test/security/standalone-gateway.ts";
import { quantile } from "./load.ts";

/** The burst of renderings that the gateway allows; more scrapes get cached metrics. */
const RENDERED_SCRAPES = 10;
const CACHED_SCRAPES = 200;
const PROXIED_REQUESTS = 2_000;
const CLIENTS = 8;
const MEASURED_MS = 5_000;

/** Measures a scrape of a gateway with as many series as an attacker can make it create. */
export async function metrics(): Promise<void> {
  await using gateway = await startWithStatusServer();
  await attackMetrics(gateway, "bench");
  const series = (await seriesOf(gateway)).length;
  const authorization = await signIn(crypto.randomUUID());
  const scrape = () => request(`${gateway.url}/metrics`, {});
  const proxied = () => request(`${gateway.url}/service/api/profile`, { authorization });
  const bytes = await scrape();
  const single = await median(PROXIED_REQUESTS, proxied);
  await Bun.sleep(1_000 * (RENDERED_SCRAPES + 1));
  const rendered = await median(RENDERED_SCRAPES, scrape);
  const cached = await median(CACHED_SCRAPES, scrape);
  console.log(
    `metrics: ${series.toLocaleString("en")} series, ${Math.round(bytes / 1024)} KiB; ` +
      `a scrape that is rendered ${rendered.toFixed(1)} ms, cached ${cached.toFixed(1)} ms, ` +
      `a proxied request ${single.toFixed(2)} ms; ratio ${(rendered / single).toFixed(0)} and ${(cached / single).toFixed(1)}`,
  );
  const alone = await load(proxied);
  const withScrapes = await load(proxied, scrape);
  console.log(
    `metrics: ${CLIENTS} at a time, alone ${describe(alone)}; during scrapes without a pause ${describe(withScrapes)}; ` +
      `ratio ${(withScrapes.perSecond / alone.perSecond).toFixed(2)}`,
  );
}

/** @returns the bytes of the response's body. */
async function request(url: string, headers: Record<string, string>): Promise<number> {
  const response = await fetch(url, { headers });
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return (await response.arrayBuffer()).byteLength;
}

/** Measures the median time of `count` calls in milliseconds. */
async function median(count: number, act: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < count; n++) times.push(await timed(act));
  return quantile(
    times.toSorted((a, b) => a - b),
    0.5,
  );
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await act();
  return performance.now() - start;
}

/** Repeats `act` by `CLIENTS` concurrent clients for `MEASURED_MS`, and `other` by one more client. */
async function load(act: () => Promise<unknown>, other?: () => Promise<unknown>) {
  const end = performance.now() + MEASURED_MS;
  const times: number[] = [];
  const clients = Array.from({ length: CLIENTS }, async () => {
    while (performance.now() < end) times.push(await timed(act));
  });
  const repeatOther = async () => {
    while (other && performance.now() < end) await other();
  };
  await Promise.all([...clients, repeatOther()]);
  const sorted = times.toSorted((a, b) => a - b);
  return { perSecond: (sorted.length / MEASURED_MS) * 1_000, p99: quantile(sorted, 0.99) };
}

function describe({ perSecond, p99 }: { perSecond: number; p99: number }): string {
  return `${Math.round(perSecond).toLocaleString("en")} requests/s, p99 ${p99.toFixed(1)} ms`;
}
