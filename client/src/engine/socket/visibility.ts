interface VisibilityHandlers {
  /** The network is said to be back, or somebody looks at the page again. */
  onWake: () => void;
  onOffline: () => void;
}

/** @returns what stops the watching. */
export function watchVisibility({ onWake, onOffline }: VisibilityHandlers): () => void {
  const watching = new AbortController();
  const { signal } = watching;
  const onVisible = () => {
    if (document.visibilityState === "visible") onWake();
  };
  document.addEventListener("visibilitychange", onVisible, { signal });
  window.addEventListener("online", onWake, { signal });
  window.addEventListener("offline", onOffline, { signal });
  return () => watching.abort();
}
