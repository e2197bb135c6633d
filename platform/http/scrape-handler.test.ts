import { expect, test } from "bun:test";
import Counter from "prom-client/lib/counter.js";
import Gauge from "prom-client/lib/gauge.js";
import Registry from "prom-client/lib/registry.js";
import { createScrapeHandler } from "./scrape-handler.ts";

const OPEN = { accept: "application/openmetrics-text; version=1.0.0" };
const ask = (headers: Record<string, string> = {}) => new Request("http://x/metrics", { headers });

/** A registry that counts how often it is rendered. */
function countingRegistry() {
  const registry = new Registry();
  let rendered = 0;
  new Gauge({
    name: "rendered",
    help: "How often",
    registers: [registry],
    collect() {
      this.set(++rendered);
    },
  });
  return { registry, rendered: () => rendered };
}

test.each([
  ["Prometheus text", {}],
  ["OpenMetrics", OPEN],
])("The response in %s is always up to date for occasional scrapes", async (_, headers) => {
  const { registry } = countingRegistry();
  let now = 0;
  const scrape = createScrapeHandler(registry, { token: undefined, now: () => now });
  for (let n = 1; n <= 100; n++, now += 1_000)
    expect(await (await scrape(ask(headers))).text()).toContain(`\nrendered ${n}\n`);
});

test.each([
  ["Prometheus text", {}],
  ["OpenMetrics", OPEN],
])(
  "The response in %s is rendered ten times at once and then once a second, however many callers scrape",
  async (_, headers) => {
    const { registry, rendered } = countingRegistry();
    let now = 0;
    const scrape = createScrapeHandler(registry, { token: undefined, now: () => now });
    const askOften = () =>
      Promise.all(Array.from({ length: 1_000 }, async () => (await scrape(ask(headers))).text()));
    expect((await askOften()).at(-1)).toContain("\nrendered 10\n");
    now = 999;
    expect(new Set(await askOften())).toEqual(
      new Set([expect.stringContaining("\nrendered 10\n")]),
    );
    for (let n = 11; n <= 15; n++) {
      now += 1_000;
      expect((await askOften()).at(-1)).toContain(`\nrendered ${n}\n`);
    }
    expect(rendered()).toBe(15);
  },
);

test("A scrape as OpenMetrics does not change the Prometheus text of other scrapes", async () => {
  const registry = new Registry();
  new Counter({ name: "asked_total", help: "x", registers: [registry] }).inc();
  let now = 0;
  const scrape = createScrapeHandler(registry, { token: undefined, now: () => now });
  for (; now < 5_000; now += 1_000) {
    expect(await (await scrape(ask(OPEN))).text()).toContain(
      "# TYPE asked counter\nasked_total 1\n",
    );
    expect(await (await scrape(ask())).text()).toContain(
      "# TYPE asked_total counter\nasked_total 1\n",
    );
  }
});

test("A cached rendering is returned only to callers with the token", async () => {
  const { registry } = countingRegistry();
  const scrape = createScrapeHandler(registry, { token: "m-1" });
  const told = await scrape(ask({ authorization: "Bearer m-1" }));
  expect(told.headers.get("content-length")).toBe(String((await told.text()).length));
  for (const headers of [{}, { authorization: "Bearer m-2" }])
    await expect(scrape(ask(headers))).rejects.toThrow("METRICS_TOKEN");
});
