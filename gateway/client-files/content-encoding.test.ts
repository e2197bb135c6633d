import { expect, test } from "bun:test";
import { chooseEncoding } from "./content-encoding.ts";

test.each([
  ["gzip, deflate, br, zstd", "br"],
  ["gzip, deflate, zstd", "zstd"],
  ["gzip", "gzip"],
  ["GZIP", "gzip"],
  ["br;q=0.5, gzip", "gzip"],
  ["br;q=0.5, zstd;q=0.501, gzip;Q=0.5", "zstd"],
  ["br;q=0, gzip;q=0.1", "gzip"],
  ["br; q=0.0, zstd;q=0.000, gzip;q=0", null],
  ["*", "br"],
  ["br;q=0, *;q=1", "zstd"],
  ["gzip, *;q=0", "gzip"],
  ["*;q=0", null],
  ["identity", null],
  ["identity, br", "br"],
  ["identity;q=0.5, br;q=0.4", null],
  ["identity;q=0", null],
  ["identity;q=0, gzip;q=0.1", "gzip"],
  ["deflate", null],
  ["xbr", null],
  ["br;q=x", null],
  ["br;q=2", null],
  ["br;q=0.0001", null],
  ["", null],
  [undefined, null],
])("Accept-Encoding %p selects %p", (header, coding) => {
  expect(chooseEncoding(header, () => true)).toBe(coding as never);
});

test("An encoding that is not available is not chosen", () => {
  expect(chooseEncoding("br, gzip", (coding) => coding === "gzip")).toBe("gzip");
  expect(chooseEncoding("br, gzip;q=0.1", (coding) => coding === "gzip")).toBe("gzip");
  expect(chooseEncoding("br, gzip", () => false)).toBeNull();
});
