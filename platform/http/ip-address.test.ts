import { expect, test } from "bun:test";
import { addressBlock, canonicalAddress } from "./ip-address.ts";

test.each([
  ["192.0.2.1", "192.0.2.1"],
  ["::ffff:192.0.2.1", "192.0.2.1"],
  ["::FFFF:c000:0201", "192.0.2.1"],
  ["::1", "::1"],
  ["::", "::"],
  ["2001:DB8:0:0:0:0:0:1", "2001:db8::1"],
  ["1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"],
  ["fe80::1%eth0", "fe80::1"],
  ["::192.0.2.1", "::c000:201"],
])("The canonical spelling of %s is %s", (given, canonical) => {
  expect(canonicalAddress(given)).toBe(canonical);
});

test.each(["", "unknown", "1.2.3", "256.1.1.1", "1.2.3.4:80", "[::1]", "::1::", "a b", "_hidden"])(
  "The text %p is not an address",
  (given) => {
    expect(canonicalAddress(given)).toBeNull();
  },
);

test("IPv6 addresses are counted by /64, and each IPv4 address by itself", () => {
  expect(addressBlock("2001:db8:1:2:3:4:5:6")).toBe("2001:db8:1:2::/64");
  expect(addressBlock("2001:db8:1:2::1")).toBe("2001:db8:1:2::/64");
  expect(addressBlock("2001:db8::1")).toBe("2001:db8:0:0::/64");
  expect(addressBlock("::1")).toBe("0:0:0:0::/64");
  expect(addressBlock("192.0.2.1")).toBe("192.0.2.1");
});
