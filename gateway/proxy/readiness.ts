import { singleFlight } from "@parley/platform/async/single-flight";
import { isStreamed, type Upstream } from "@parley/upstream";

const TIMEOUT_MS = 2_000;

/** Checks whether the server is ready; callers share one request, because `/readyz` is public and unlimited. */
export function createReadiness(upstream: Upstream): () => Promise<boolean> {
  return singleFlight(() => isServerReady(upstream));
}

async function isServerReady(upstream: Upstream): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const request = { method: "GET", target: "/service/readyz", headers: [], body: null, signal };
    const { status, body } = await upstream.send(request);
    if (isStreamed(body)) body.cancel();
    return status === 200;
  } catch {
    return false;
  }
}
