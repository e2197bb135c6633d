import { BlockList, isIP } from "node:net";
import { canonicalAddress } from "@parley/platform/http/ip-address";

/** A range of addresses in CIDR notation (RFC 4632). */
export interface Network {
  readonly address: string;
  readonly prefix: number;
  readonly family: "ipv4" | "ipv6";
}

/** Parses `10.0.0.0/8`, `fd00::/8`, or a single address. */
export function parseNetwork(text: string): Network {
  const [start = "", length, ...rest] = text.split("/");
  const address = isIP(start) ? canonicalAddress(start) : null;
  const bits = address !== null && isIP(address) === 4 ? 32 : 128;
  const prefix = length === undefined ? bits : /^\d{1,3}$/.test(length) ? Number(length) : Infinity;
  if (address === null || prefix > bits || rest.length > 0)
    throw new Error("must be addresses or CIDR ranges, separated by commas");
  return { address, prefix, family: bits === 32 ? "ipv4" : "ipv6" };
}

export type IsTrusted = (address: string) => boolean;

/** Creates the check whether a canonical address belongs to one of the operator's proxies. */
export function createTrustedProxies(networks: readonly Network[]): IsTrusted {
  if (networks.length === 0) return () => false;
  const list = new BlockList();
  for (const { address, prefix, family } of networks) list.addSubnet(address, prefix, family);
  return (address) => list.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}
