import { type Accessor, createSignal } from "solid-js";

/** A part of the page that is fetched when it is needed. */
export interface LazyPart<Part> {
  /** The part, undefined until it is loaded; reactive. */
  loaded: Accessor<Part | undefined>;
  /**
   * Loads the part; calls share one attempt, and a call after a failure tries again.
   * @throws what `fetchPart` throws: the network is away, or a new version of the page was deployed.
   */
  load: () => Promise<void>;
}

/** Loads a part of the page at most once. Unlike Solid's `lazy`, a failure is not kept. */
export function loadOnce<Part>(fetchPart: () => Promise<Part>): LazyPart<Part> {
  const [loaded, setLoaded] = createSignal<Part>();
  let attempt: Promise<void> | undefined;

  async function start(): Promise<void> {
    try {
      const part = await fetchPart();
      setLoaded(() => part);
    } catch (error) {
      attempt = undefined;
      throw error;
    }
  }

  function load(): Promise<void> {
    attempt ??= start();
    return attempt;
  }

  return { loaded, load };
}
