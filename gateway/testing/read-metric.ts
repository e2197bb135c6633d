/** The value of one series, by its name and labels as they stand in the text; NaN where there is none. */
export async function readMetric(gateway: URL, series: string): Promise<number> {
  const text = await (await fetch(new URL("/metrics", gateway))).text();
  const line = text.split("\n").find((one) => one.startsWith(`${series} `));
  return Number(line?.slice(series.length));
}
