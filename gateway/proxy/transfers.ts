import { Refusal } from "@parley/platform/http/problem";
import type { Context } from "hono";
import { addressBlock } from "../address/ip-address.ts";
import type { GatewayEnv } from "../gateway-env.ts";
import { type ConnectionLimits, createOpenConnections } from "../sockets/open-connections.ts";

/** Bodies that stream: each holds a connection to the server for as long as its caller likes. */
export type Transfer = "upload" | "download";

/** How many may be under way at once. A page full of pictures fetches many, and sends few. */
const LIMITS: Readonly<Record<Transfer, ConnectionLimits>> = {
  upload: { perUser: 20, perAddress: 100 },
  download: { perUser: 100, perAddress: 500 },
};

/** Seconds after which one may have ended. */
const TRY_AGAIN = 1;

export type Transfers = ReturnType<typeof createTransfers>;

/**
 * Counts the bodies that stream, for each user and each address.
 * @param onBlocked told of each that is one too many, and by whose limit.
 */
export function createTransfers(onBlocked: (kind: "user" | "ip") => void, limits = LIMITS) {
  const underWay = {
    upload: createOpenConnections(limits.upload),
    download: createOpenConnections(limits.download),
  };
  /**
   * @returns what gives the place back; a second call does nothing.
   * @throws Refusal `rate_limited` for one too many.
   */
  return function begin(kind: Transfer, c: Context<GatewayEnv>): () => void {
    const block = addressBlock(c.get("address"));
    const place = underWay[kind].take(c.get("identity")?.claims.sub ?? block, block);
    if (typeof place === "function") return place;
    onBlocked(place);
    const whose = place === "user" ? "this account" : "this address";
    throw new Refusal("rate_limited", `Too many ${kind}s of ${whose} are under way.`, {
      retryAfter: TRY_AGAIN,
    });
  };
}
