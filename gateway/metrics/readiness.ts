const TIMEOUT_MS = 2_000;

/**
 * Tells whether the server is ready. Those who ask at the same time share one question to it: the
 * route is public and unlimited.
 */
export function createReadiness(serverUrl: string): () => Promise<boolean> {
  let asking: Promise<boolean> | null = null;
  return () => {
    asking ??= askServer(serverUrl).finally(() => {
      asking = null;
    });
    return asking;
  };
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
