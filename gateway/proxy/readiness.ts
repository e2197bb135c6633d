import { singleFlight } from "@parley/platform/async/single-flight";
import { isStreamed } from "../upstream/exchange.ts";
import type { Upstream } from "../upstream/upstream.ts";

const TIMEOUT_MS = 2_000;

/** Tells whether the server is ready. The route that asks this is public and unlimited. */
export function createReadiness(upstream: Upstream): () => Promise<boolean> {
  return singleFlight(() => askServer(upstream));
}

async function askServer(upstream: Upstream): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const request = { method: "GET", target: "/service/readyz", fields: [], body: null, signal };
    const { status, body } = await upstream.send(request);
    if (isStreamed(body)) body.cancel();
    return status === 200;
  } catch {
    return false;
  }
}
