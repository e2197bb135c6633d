import { canonicalAddress } from "./ip-address.ts";
import type { IsTrusted } from "./trusted-proxies.ts";

/**
 * Finds the browser's address: from the peer leftwards through `X-Forwarded-For`, as long as the one
 * who speaks is a trusted proxy. What stands further left is anyone's claim.
 */
export function clientAddress(
  peer: string,
  forwardedFor: string | undefined,
  isTrusted: IsTrusted,
): string {
  let address = peer;
  const hops = forwardedFor?.split(",") ?? [];
  while (isTrusted(address)) {
    const before = canonicalAddress(withoutPort(hops.pop()?.trim() ?? ""));
    if (before === null) break;
    address = before;
  }
  return address;
}

/** Some proxies write `192.0.2.1:4711` and `[2001:db8::1]:4711`. */
function withoutPort(hop: string): string {
  const match = /^\[(.+)\](?::\d+)?$/.exec(hop) ?? /^(\d+(?:\.\d+){3}):\d+$/.exec(hop);
  return match?.[1] ?? hop;
}
