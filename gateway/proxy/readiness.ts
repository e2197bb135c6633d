import { shared } from "./shared.ts";

const TIMEOUT_MS = 2_000;

/** Tells whether the server is ready. The route that asks this is public and unlimited. */
export function createReadiness(serverUrl: string): () => Promise<boolean> {
  return shared(() => askServer(serverUrl));
}

async function askServer(serverUrl: string): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const answer = await fetch(`${serverUrl}/service/readyz`, { signal, redirect: "manual" });
    await answer.body?.cancel();
    return answer.status === 200;
  } catch {
    return false;
  }
}
