import type { Hook } from "@parley/platform/http/hooks";
import { canonicalAddress } from "@parley/platform/http/ip-address";
import type { GatewayEnv } from "../gateway-env.ts";
import { clientAddress } from "./client-address.ts";
import { isHttps } from "./is-https.ts";
import type { IsTrusted } from "./trusted-proxies.ts";

/** The address of a connection without an IP address, as over a Unix socket. */
const NO_ADDRESS = "0.0.0.0";

/** Sets the browser's address and protocol: those of the connection, or those that a trusted proxy reports. */
export const findCaller = (
  publicOrigin: string | undefined,
  isTrusted: IsTrusted,
): Hook<GatewayEnv> =>
  function findCaller(c) {
    const peer = canonicalAddress(c.env.requestIP(c.req.raw)?.address ?? "") ?? NO_ADDRESS;
    const forwardedProto = c.req.header("x-forwarded-proto");
    c.set("https", isHttps(publicOrigin, forwardedProto, isTrusted(peer)));
    c.set("address", clientAddress(peer, c.req.header("x-forwarded-for"), isTrusted));
  };
