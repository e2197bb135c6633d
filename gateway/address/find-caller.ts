import type { Hook } from "@parley/platform/http/hooks";
import type { GatewayEnv } from "../gateway-env.ts";
import { cameByHttps } from "./came-by-https.ts";
import { clientAddress } from "./client-address.ts";
import { canonicalAddress } from "./ip-address.ts";
import type { IsTrusted } from "./trusted-proxies.ts";

/** Where a request came from when the connection has no IP address, as over a Unix socket. */
const NOWHERE = "0.0.0.0";

/** Finds from where, and how, the browser comes: as its connection shows, or as a trusted proxy says. */
export const findCaller = (
  publicOrigin: string | undefined,
  isTrusted: IsTrusted,
): Hook<GatewayEnv> =>
  function findCaller(c) {
    const peer = canonicalAddress(c.env.requestIP(c.req.raw)?.address ?? "") ?? NOWHERE;
    const forwardedProto = c.req.header("x-forwarded-proto");
    c.set("https", cameByHttps(publicOrigin, forwardedProto, isTrusted(peer)));
    c.set("address", clientAddress(peer, c.req.header("x-forwarded-for"), isTrusted));
  };
