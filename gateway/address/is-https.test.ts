import { expect, test } from "bun:test";
import { isHttps } from "./is-https.ts";

test.each([
  [undefined, true, false],
  ["https", true, true],
  ["HTTPS", true, true],
  ["https, http", true, true],
  ["https,http", true, true],
  ["http, https", true, false],
  ["http", true, false],
  ["httpsx", true, false],
  ["", true, false],
  ["https", false, false],
])("X-Forwarded-Proto %p from a trusted proxy (%p) means HTTPS: %p", (proto, trusted, https) => {
  expect(isHttps(undefined, proto, trusted)).toBe(https);
});

test("The configured origin overrides X-Forwarded-Proto", () => {
  expect(isHttps("https://chat.example", "http", true)).toBe(true);
  expect(isHttps("http://chat.example", "https", true)).toBe(false);
});
