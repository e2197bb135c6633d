/** The request that is repeated. */
export interface Target {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Default: 64. */
  readonly connections?: number;
}

export interface Figures {
  readonly requests: number;
  /** Responses per second. */
  readonly perSecond: number;
  /** 99th percentile of the latency in milliseconds. */
  readonly p99: number;
}

/**
 * Repeats one request in a closed loop by `wrk`, with one thread, because the other cores are needed
 * by the measured processes.
 * @throws Error when a response is not 2xx or 3xx, because then the figures measure something else.
 */
export async function wrk(
  { url, headers, connections = 64 }: Target,
  seconds: number,
): Promise<Figures> {
  const fields = Object.entries(headers).flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
  const options = ["--threads", "1", "--connections", String(connections), "--latency"];
  const child = Bun.spawn(["wrk", ...options, "--duration", `${seconds}s`, ...fields, url]);
  const report = await child.stdout.text();
  const fault = /(?:Non-2xx|Socket errors).*/.exec(report)?.[0];
  if (fault !== undefined) throw new Error(`${url}: ${fault}`);
  return {
    requests: Number(/(\d+) requests in/.exec(report)?.[1]),
    perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(report)?.[1]),
    p99: milliseconds(/99%\s+([\d.]+)(us|ms|s)/.exec(report)),
  };
}

function milliseconds(match: RegExpExecArray | null): number {
  const unit: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1_000 };
  return Number(match?.[1]) * (unit[match?.[2] ?? ""] ?? Number.NaN);
}
