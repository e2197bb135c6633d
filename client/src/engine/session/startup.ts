import type { Bootstrap } from "@parley/contracts/bootstrap";
import type { Api } from "../api/api.ts";
import { ApiError } from "../api/request.ts";
import type { AppStore } from "./app-state.ts";

/** Average pause between two attempts to start while the server cannot be reached. */
const RETRY_MS = 5_000;

interface StartupDeps {
  store: AppStore;
  /** Fetches the bootstrap and puts it into the state. */
  refresh: () => Promise<void>;
  /** Continues with the state of the bootstrap. */
  onReady: () => Promise<void>;
  random: () => number;
}

/** Starts the session, and tries again on a timer: no connection exists yet that could come back. */
export function createStartup({ store, refresh, onReady, random }: StartupDeps) {
  let isStopped = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function start(): Promise<void> {
    store.setState("phase", { kind: "starting" });
    return attempt();
  }

  async function attempt(): Promise<void> {
    clearTimeout(timer);
    try {
      await refresh();
    } catch (error) {
      const code = error instanceof ApiError ? error.code : "bad_gateway";
      store.setState("phase", { kind: "failed", code });
      if (!isStopped) timer = setTimeout(() => void attempt(), RETRY_MS * (0.5 + random()));
      return;
    }
    if (!isStopped) await onReady();
  }

  function stop(): void {
    isStopped = true;
    clearTimeout(timer);
  }

  return { start, attempt, stop, isStopped: () => isStopped };
}

/** Fetches the bootstrap of the user whose session this is: the browser's cookie may be another user's. */
export async function fetchOwnBootstrap(
  api: Api,
  store: AppStore,
  onOtherUser: () => void,
): Promise<Bootstrap> {
  const bootstrap = await api.bootstrap();
  const me = store.me()?.id ?? bootstrap.me.id;
  if (bootstrap.me.id === me) return bootstrap;
  onOtherUser();
  throw new ApiError("unauthenticated", "another user is signed in");
}
