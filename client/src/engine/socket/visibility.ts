interface VisibilityHandlers {
  /** The page was shown or hidden. */
  onVisible: (isVisible: boolean) => void;
  /** The browser reports that the network is back, or gone. */
  onOnline: () => void;
  onOffline: () => void;
}

/** Watches whether the page is visible and the network present. @returns a function that stops it. */
export function watchVisibility(handlers: VisibilityHandlers): () => void {
  const watching = new AbortController();
  const { signal } = watching;
  const tell = () => handlers.onVisible(isPageVisible());
  document.addEventListener("visibilitychange", tell, { signal });
  window.addEventListener("online", handlers.onOnline, { signal });
  window.addEventListener("offline", handlers.onOffline, { signal });
  return () => watching.abort();
}

export const isPageVisible = () => document.visibilityState === "visible";
