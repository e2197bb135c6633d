import type { Api } from "../api/api.ts";
import { ApiError } from "../api/request.ts";
import type { Renewal } from "../socket/socket.ts";
import { renewalDelay, storeTokenExpiry } from "./token-expiry.ts";

/** The longest pause between two checks, because timers stand still while a device sleeps. */
const CHECK_INTERVAL_MS = 3_600_000;
/** The shortest pause: if nothing is stored about the token, the page starts before it renews. */
const MIN_CHECK_INTERVAL_MS = 10_000;

interface RenewalDeps {
  api: Pick<Api, "renew">;
  storage: Storage | null;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** Renews the token of the sign-in after half of its lifetime. */
export function createRenewal({ api, storage, now }: RenewalDeps) {
  /** For a browser without storage: when to renew the token that this tab got. */
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
    const pause = Math.min(Math.max(MIN_CHECK_INTERVAL_MS, delay()), CHECK_INTERVAL_MS);
    timer = setTimeout(() => void check(), pause);
  }

  async function check(): Promise<void> {
    if (delay() === 0) await renew();
    schedule();
  }

  return { renew, start: schedule, stop: () => clearTimeout(timer) };
}
