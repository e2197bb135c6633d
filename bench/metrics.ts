import { signIn } from "../test/security/gateway-alone.ts";
import {
  attackMetrics,
  seriesOf,
  startBeforeObedientServer,
} from "../test/security/metrics-attack.ts";
import { quantile } from "./load.ts";

/** Scrapes that are rendered, one after the other, of a gateway that was left alone for as many seconds. */
const RENDERED = 10;
const REMEMBERED = 200;
const PROXIED = 2_000;
const ASKERS = 8;
const MEASURED_MS = 5_000;

/** What a scrape costs the gateway when its metrics are as many as an attacker can make them. */
export async function metrics(): Promise<void> {
  await using gateway = await startBeforeObedientServer();
  await attackMetrics(gateway, "bench");
  const series = (await seriesOf(gateway)).length;
  const authorization = await signIn(crypto.randomUUID());
  const scrape = () => ask(`${gateway.url}/metrics`, {});
  const proxied = () => ask(`${gateway.url}/service/api/profile`, { authorization });
  const bytes = await scrape();
  const one = await median(PROXIED, proxied);
  await Bun.sleep(1_000 * (RENDERED + 1));
  const rendered = await median(RENDERED, scrape);
  const remembered = await median(REMEMBERED, scrape);
  console.log(
    `metrics: ${series.toLocaleString("en")} series, ${Math.round(bytes / 1024)} KiB; ` +
      `a scrape that is rendered ${rendered.toFixed(1)} ms, remembered ${remembered.toFixed(1)} ms, ` +
      `a proxied request ${one.toFixed(2)} ms; ratio ${(rendered / one).toFixed(0)} and ${(remembered / one).toFixed(1)}`,
  );
  const alone = await load(proxied);
  const beside = await load(proxied, scrape);
  console.log(
    `metrics: ${ASKERS} at a time, alone ${describe(alone)}; beside one who scrapes without a pause ${describe(beside)}; ` +
      `ratio ${(beside.perSecond / alone.perSecond).toFixed(2)}`,
  );
}

/** @returns the bytes of the answer's body. */
async function ask(url: string, headers: Record<string, string>): Promise<number> {
  const answer = await fetch(url, { headers });
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return (await answer.arrayBuffer()).byteLength;
}

/** Milliseconds that one takes, as the median of some. */
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

/** Lets some ask over and over for a while, and somebody else do another thing over and over. */
async function load(act: () => Promise<unknown>, beside?: () => Promise<unknown>) {
  const end = performance.now() + MEASURED_MS;
  const times: number[] = [];
  const askers = Array.from({ length: ASKERS }, async () => {
    while (performance.now() < end) times.push(await timed(act));
  });
  const other = async () => {
    while (beside && performance.now() < end) await beside();
  };
  await Promise.all([...askers, other()]);
  const sorted = times.toSorted((a, b) => a - b);
  return { perSecond: (sorted.length / MEASURED_MS) * 1_000, p99: quantile(sorted, 0.99) };
}

function describe({ perSecond, p99 }: { perSecond: number; p99: number }): string {
  return `${Math.round(perSecond).toLocaleString("en")} requests/s, p99 ${p99.toFixed(1)} ms`;
}
