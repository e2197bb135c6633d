import { isIP } from "node:net";

/**
 * The canonical spelling of an IP address: IPv6 compressed and in lower case (RFC 5952), IPv4-mapped
 * IPv6 as IPv4, without a zone.
 * @returns null for a text that is not an address.
 */
export function canonicalAddress(text: string): string | null {
  const [address = ""] = text.split("%");
  switch (isIP(address)) {
    case 4:
      return address;
    case 6: {
      const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
      return mappedIPv4(hextets(canonical)) ?? canonical;
    }
    default:
      return null;
  }
}

/** The unit of limits: an IPv4 address, or the /64 that one IPv6 subscriber gets (RFC 6177). */
export function addressBlock(address: string): string {
  if (isIP(address) !== 6) return address;
  const network = hextets(address).slice(0, 4);
  return `${network.map((hextet) => hextet.toString(16)).join(":")}::/64`;
}

function mappedIPv4(parts: number[]): string | null {
  const mapped = parts.slice(0, 5).every((part) => part === 0) && parts[5] === 0xffff;
  if (!mapped) return null;
  return parts
    .slice(6)
    .flatMap((part) => [part >> 8, part & 0xff])
    .join(".");
}

/** The eight groups of a canonical IPv6 address. */
function hextets(address: string): number[] {
  const [left = [], right = []] = address
    .split("::")
    .map((half) => half.split(":").filter(Boolean));
  const zeros = Array<string>(8 - left.length - right.length).fill("0");
  return [...left, ...zeros, ...right].map((hextet) => Number.parseInt(hextet, 16));
}
