import type { Api } from "./api.ts";
import { ApiError } from "./request.ts";
import type { Renewal } from "./socket.ts";
import { noteToken, renewalDelay } from "./token-life.ts";

/** A timer can't wait longer; and a laptop that slept for days should look again now and then. */
const LOOK_EVERY = 3_600_000;
/** With nothing known of the token (another tab's storage was cleared, say), start-up goes first. */
const AT_LEAST = 10_000;

interface RenewalDeps {
  api: Pick<Api, "renew">;
  storage: Storage | null;
  now: () => number;
}

/** Renews the session's token past half of its life. */
export function createRenewal({ api, storage, now }: RenewalDeps) {
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function renew(): Promise<Renewal> {
    try {
      const { expiresAt } = await api.renew();
      noteToken(storage, expiresAt, now());
      return "renewed";
    } catch (error) {
      const isOver = error instanceof ApiError && error.code === "unauthenticated";
      return isOver ? "signed_out" : "unreachable";
    }
  }

  function schedule(): void {
    const delay = Math.max(AT_LEAST, renewalDelay(storage, now()));
    timer = setTimeout(() => void look(), Math.min(delay, LOOK_EVERY));
  }

  async function look(): Promise<void> {
    if (renewalDelay(storage, now()) === 0) await renew();
    schedule();
  }

  return { renew, start: schedule, stop: () => clearTimeout(timer) };
}
