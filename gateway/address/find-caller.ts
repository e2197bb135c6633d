import type { Hook } from "@parley/platform/http/hooks";
import { canonicalAddress } from "@parley/platform/http/ip-address";
import type { GatewayEnv } from "../gateway-env.ts";
import { clientAddress } from "./client-address.ts";
import { isHttps } from "./is-https.ts";
import type { IsTrusted } from "./trusted-proxies.ts";

/** The address of a connection without an IP address, as over a Unix socket. */
const NO_ADDRESS = "0.0.0.0";

/**
 * Sets the browser's address and protocol: those of the connection, or those that a trusted proxy reports.
 * @param onUndeclaredProxy is called with a peer that reports a browser's address and is not trusted.
 */
export const findCaller = (
  publicOrigin: string | undefined,
  isTrusted: IsTrusted,
  onUndeclaredProxy: (peer: string) => void,
): Hook<GatewayEnv> =>
  function findCaller(c) {
    const peer = canonicalAddress(c.env.requestIP(c.req.raw)?.address ?? "") ?? NO_ADDRESS;
    const forwardedFor = c.req.header("x-forwarded-for");
    const isFromTrustedProxy = isTrusted(peer);
    if (forwardedFor !== undefined && !isFromTrustedProxy) onUndeclaredProxy(peer);
    c.set("https", isHttps(publicOrigin, c.req.header("x-forwarded-proto"), isFromTrustedProxy));
    c.set("address", clientAddress(peer, forwardedFor, isTrusted));
  };
