import { expect, test } from "bun:test";
import { canonicalAddress } from "@parley/platform/http/ip-address";
import { clientAddress } from "./client-address.ts";
import { createTrustedProxies, parseNetwork } from "./trusted-proxies.ts";

const nobody = createTrustedProxies([]);
const ours = createTrustedProxies(["10.0.0.0/8", "fd00::/8", "192.0.2.9"].map(parseNetwork));

/** The canonical address of the peer. */
const from = (peer: string) => canonicalAddress(peer) ?? "";

test("Without trusted proxies the peer is the client, whatever its headers say", () => {
  expect(clientAddress(from("203.0.113.5"), "1.1.1.1", nobody)).toBe("203.0.113.5");
  expect(clientAddress(from("::ffff:127.0.0.1"), "1.1.1.1, 127.0.0.1", nobody)).toBe("127.0.0.1");
});

test.each([
  ["10.0.0.1", "203.0.113.5", "203.0.113.5"],
  ["::ffff:10.0.0.1", "203.0.113.5", "203.0.113.5"],
  ["10.0.0.1", "1.1.1.1, 203.0.113.5", "203.0.113.5"],
  ["10.0.0.1", "1.1.1.1, 203.0.113.5, 10.9.9.9", "203.0.113.5"],
  ["fd00::1", "1.1.1.1,2001:DB8::5", "2001:db8::5"],
  ["192.0.2.9", "203.0.113.5", "203.0.113.5"],
  ["192.0.2.10", "203.0.113.5", "192.0.2.10"],
  ["10.0.0.1", "203.0.113.5:4711", "203.0.113.5"],
  ["10.0.0.1", "[2001:db8::5]:4711", "2001:db8::5"],
  ["10.0.0.1", "203.0.113.5, unknown", "10.0.0.1"],
  ["10.0.0.1", "203.0.113.5, ", "10.0.0.1"],
  ["10.0.0.1", "", "10.0.0.1"],
  ["10.0.0.1", undefined, "10.0.0.1"],
  ["10.0.0.1", "10.0.0.2, 10.0.0.3", "10.0.0.2"],
])("The client of peer %s with X-Forwarded-For %p is %s", (peer, forwarded, client) => {
  expect(clientAddress(from(peer), forwarded, ours)).toBe(client);
});

test.each([
  "10.0.0.0/33",
  "10.0.0.0/",
  "10.0.0.0/8/8",
  "fd00::/129",
  "proxy",
  "10.0.0/8",
  "/8",
  "1.1.1.1/-1",
])("The text %p is refused as a network", (text) => {
  expect(() => parseNetwork(text)).toThrow();
});
