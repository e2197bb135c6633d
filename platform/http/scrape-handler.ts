import { createHash, timingSafeEqual } from "node:crypto";
import { Registry } from "prom-client";
import { type Rate, TokenBucket } from "../async/token-bucket.ts";
import { Refusal } from "./problem.ts";
import { bearerToken } from "./token.ts";

const { PROMETHEUS_CONTENT_TYPE, OPENMETRICS_CONTENT_TYPE } = Registry;
/** How often all that is measured is written down anew: it may take 20 ms, in which nothing else happens. */
const RENDERINGS: Rate = { perSecond: 1, burst: 10 };

export interface ScrapeHandlerOptions {
  /** What a caller has to know, where that is wanted. */
  readonly token: string | undefined;
  /** In milliseconds, never going back. */
  readonly now?: (() => number) | undefined;
}

/**
 * Makes what answers `/metrics`: Prometheus text, or OpenMetrics for who asks for it. Who asks now and
 * then is told what is; who asks without a pause, what was within the last second.
 */
export function createScrapeHandler(registry: Registry, { token, now }: ScrapeHandlerOptions) {
  const text = sparing(() => render(registry.metrics()), new TokenBucket(RENDERINGS, now));
  const open = sparing(() => render(openMetrics(registry)), new TokenBucket(RENDERINGS, now));

  /** @throws Refusal `unauthenticated` when a token is wanted and the request does not carry it. */
  return async function scrape({ headers }: Request): Promise<Response> {
    if (token !== undefined && !sameSecret(bearerToken(headers.get("authorization")), token))
      throw new Refusal("unauthenticated", "The metrics want the token of METRICS_TOKEN.");
    return asksForOpenMetrics(headers.get("accept") ?? "")
      ? answer(await open(), OPENMETRICS_CONTENT_TYPE)
      : answer(await text(), PROMETHEUS_CONTENT_TYPE);
  };
}

/** Whether `Accept` names it with a weight above 0 (RFC 9110, 12.4.2). */
function asksForOpenMetrics(accept: string): boolean {
  const range = accept
    .split(",")
    .find((range) => /^\s*application\/openmetrics-text\b/i.test(range));
  return range !== undefined && !/;\s*q=0(?:\.0*)?\s*(?:;|$)/i.test(range);
}

/** Makes a thing anew as often as the bucket allows, and else hands out the one made last. */
function sparing<T>(make: () => Promise<T>, bucket: TokenBucket): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    if (bucket.take() === 0 || made === undefined) made = make();
    return made;
  };
}

/** As bytes, so that its length is known beforehand. */
async function render(text: Promise<string>): Promise<Uint8Array<ArrayBuffer>> {
  return new TextEncoder().encode(await text);
}

/**
 * prom-client takes `_total` off the counters' own names when it writes OpenMetrics. It reads them
 * before it waits for anything, so they are given back at once.
 */
function openMetrics(registry: Registry): Promise<string> {
  const open = Registry.merge([registry]);
  open.setContentType(OPENMETRICS_CONTENT_TYPE as never);
  const metrics = open.getMetricsAsArray();
  const names = metrics.map(({ name }) => name);
  const text = open.metrics();
  for (const [index, metric] of metrics.entries()) metric.name = names[index] ?? metric.name;
  return text;
}

function answer(body: Uint8Array<ArrayBuffer>, type: string): Response {
  const headers = { "content-type": type, "content-length": String(body.byteLength) };
  return new Response(body, { headers });
}

/** Compares in constant time, whatever the lengths. */
function sameSecret(given: string | undefined, expected: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return given !== undefined && timingSafeEqual(digest(given), digest(expected));
}
