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

type TransferCounts = Readonly<Record<Transfer, ConnectionCounts>>;

/**
 * Takes a place for a transfer.
 * @throws Refusal `rate_limited` where a limit is reached.
 */
export type BeginTransfer = (
  kind: Transfer,
  c: Context<GatewayEnv>,
) => ReleasePlace | Promise<ReleasePlace>;

const RETRY_AFTER_S = 1;

/**
 * Limits the transfers that are in progress for each user and each address.
 * @param onBlocked is called for each transfer that exceeds a limit.
 */
export function createTransfers(
  onBlocked: (kind: LimitKind) => void,
  counts: TransferCounts = createTransferCounts(),
): BeginTransfer {
  function placeOrRefuse(kind: Transfer, place: PlaceResult): ReleasePlace {
    if (typeof place === "function") return place;
    onBlocked(place);
    const owner = place === "user" ? "this account" : "this address";
    throw new Refusal("rate_limited", `Too many ${kind}s of ${owner} are in progress.`, {
      retryAfter: RETRY_AFTER_S,
    });
  }

  return function beginTransfer(kind, c) {
    const block = addressBlock(c.get("address"));
    const place = counts[kind].take(c.get("identity")?.claims.sub ?? block, block);
    return place instanceof Promise
      ? place.then((result) => placeOrRefuse(kind, result))
      : placeOrRefuse(kind, place);
  };
}

/** The counts of this process. Downloads have a higher limit, because a page with many pictures fetches all of them at once. */
function createTransferCounts(): TransferCounts {
  return {
    upload: createInProcessConnectionCounts({ perUser: 20, perAddress: 100 }),
    download: createInProcessConnectionCounts({ perUser: 100, perAddress: 500 }),
  };
}
