/** Reads the value of a series, by its name and labels as in the text format; NaN where the series is missing. */
export async function readMetric(gateway: URL, series: string): Promise<number> {
  const text = await (await fetch(new URL("/metrics", gateway))).text();
  const line = text.split("\n").find((one) => one.startsWith(`${series} `));
  return Number(line?.slice(series.length));
}
