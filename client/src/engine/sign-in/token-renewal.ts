import type { Api } from "../api/api.ts";
import { ApiError } from "../api/request.ts";
import type { Renewal } from "../socket/socket.ts";
import { renewalDelay, storeTokenExpiry } from "./token-expiry.ts";

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
  /** For the token that this tab itself renewed, should the storage not keep it. */
  let renewAt = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function renew(): Promise<Renewal> {
    try {
      const { expiresAt } = await api.renew();
      renewAt = storeTokenExpiry(storage, expiresAt, now());
      return "renewed";
    } catch (error) {
      const isOver = error instanceof ApiError && error.code === "unauthenticated";
      return isOver ? "signed_out" : "unreachable";
    }
  }

  function delay(): number {
    return Math.max(renewalDelay(storage, now()), renewAt - now(), 0);
  }

  function schedule(): void {
    timer = setTimeout(() => void look(), Math.min(Math.max(AT_LEAST, delay()), LOOK_EVERY));
  }

  async function look(): Promise<void> {
    if (delay() === 0) await renew();
    schedule();
  }

  return { renew, start: schedule, stop: () => clearTimeout(timer) };
}
