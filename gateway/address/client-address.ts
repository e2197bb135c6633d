import { canonicalAddress } from "@parley/platform/http/ip-address";
import type { IsTrusted } from "./trusted-proxies.ts";

/**
 * Finds the browser's address: starts at the peer and goes leftwards through `X-Forwarded-For` as long
 * as the address is that of a trusted proxy. Entries further left may be forged.
 */
export function clientAddress(
  peer: string,
  forwardedFor: string | undefined,
  isTrusted: IsTrusted,
): string {
  let address = peer;
  const hops = forwardedFor?.split(",") ?? [];
  while (isTrusted(address)) {
    const previous = canonicalAddress(withoutPort(hops.pop()?.trim() ?? ""));
    if (previous === null) break;
    address = previous;
  }
  return address;
}

/** Some proxies write `192.0.2.1:4711` and `[2001:db8::1]:4711`. */
function withoutPort(hop: string): string {
  const match = /^\[(.+)\](?::\d+)?$/.exec(hop) ?? /^(\d+(?:\.\d+){3}):\d+$/.exec(hop);
  return match?.[1] ?? hop;
}
