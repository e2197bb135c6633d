import { LIMITS } from "@parley/contracts/limits";
import { addressBlock } from "@parley/platform/http/ip-address";
import { Refusal } from "@parley/platform/http/problem";
import type { Context } from "hono";
import type { GatewayEnv } from "../gateway-env.ts";
import type {
  ConnectionCounts,
  LimitKind,
  PlaceResult,
  ReleasePlace,
} from "../sockets/connection-counts.ts";
import { createInProcessConnectionCounts } from "../sockets/in-process-connection-counts.ts";

/** A body that is streamed: it uses a connection to the server for as long as its caller likes. */
export type Transfer = "upload" | "download";

interface TransferLimit {
  readonly counts: ConnectionCounts;
  /** Of all users and addresses. */
  readonly total: number;
}

export type TransferLimits = Readonly<Record<Transfer, TransferLimit>>;

/**
 * Takes a place for a transfer.
 * @throws Refusal `rate_limited` or `overloaded` where a limit is reached.
 */
export type BeginTransfer = (
  kind: Transfer,
  c: Context<GatewayEnv>,
) => ReleasePlace | Promise<ReleasePlace>;

const RETRY_AFTER_S = 1;

/**
 * Limits the transfers that are in progress for each user, for each address, and in all.
 * @param onBlocked is called for each transfer that exceeds a limit of its user or address.
 */
export function createTransfers(
  onBlocked: (kind: LimitKind) => void,
  limits: TransferLimits = createTransferLimits(),
): BeginTransfer {
  const inProgress: Record<Transfer, number> = { upload: 0, download: 0 };

  function placeOrRefuse(kind: Transfer, place: PlaceResult): ReleasePlace {
    if (typeof place === "function") return counted(kind, place);
    onBlocked(place);
    const owner = place === "user" ? "this account" : "this address";
    throw new Refusal("rate_limited", `Too many ${kind}s of ${owner} are in progress.`, {
      retryAfter: RETRY_AFTER_S,
    });
  }

  function counted(kind: Transfer, release: ReleasePlace): ReleasePlace {
    let isTaken = true;
    inProgress[kind]++;
    return function releaseOnce() {
      if (!isTaken) return;
      isTaken = false;
      inProgress[kind]--;
      release();
    };
  }

  return function beginTransfer(kind, c) {
    const { counts, total } = limits[kind];
    if (inProgress[kind] >= total)
      throw new Refusal("overloaded", `Too many ${kind}s are in progress.`, {
        retryAfter: RETRY_AFTER_S,
      });
    const block = addressBlock(c.get("address"));
    const place = counts.take(c.get("identity")?.claims.sub ?? block, block);
    return place instanceof Promise
      ? place.then((result) => placeOrRefuse(kind, result))
      : placeOrRefuse(kind, place);
  };
}

/** The counts of this process. Downloads have a higher limit, because a page with many pictures fetches all of them at once. */
function createTransferLimits(): TransferLimits {
  const limit = (kind: Transfer) => ({
    counts: createInProcessConnectionCounts(LIMITS.transfers[kind]),
    total: LIMITS.transfers[kind].total,
  });
  return { upload: limit("upload"), download: limit("download") };
}
