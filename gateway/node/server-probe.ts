import { singleFlight } from "@parley/platform/async/single-flight";
import { isStreamed, type Upstream } from "@parley/upstream";

const TIMEOUT_MS = 2_000;

/** Asks whether the server is up, where no link shows it; callers share one request, because `/readyz` is public and unlimited. */
export function createServerProbe(upstream: Upstream): () => Promise<boolean> {
  return singleFlight(() => isServerUp(upstream));
}

async function isServerUp(upstream: Upstream): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const request = { method: "GET", target: "/service/healthz", headers: [], body: null, signal };
    const { status, body } = await upstream.send(request);
    if (isStreamed(body)) body.cancel();
    return status === 200;
  } catch {
    return false;
  }
}
