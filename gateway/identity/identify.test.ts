import { expect, test } from "bun:test";
import type { Claims } from "@parley/platform/token";
import { chooseIdentity } from "./identify.ts";

const claims: Claims = { sub: "ann", sid: "s", iat: 0, exp: 1 };
const verify = async (token: string) => (token.startsWith("good") ? claims : null);

test.each([
  ["good-1", undefined, { token: "good-1", by: "header" }],
  [undefined, "good-2", { token: "good-2", by: "cookie" }],
  ["good-1", "good-2", { token: "good-1", by: "header" }],
  ["bad", "good-2", { token: "good-2", by: "cookie" }],
  ["good-1", "bad", { token: "good-1", by: "header" }],
] as const)(
  "with header %p and cookie %p the caller is known by %p",
  async (header, cookie, who) => {
    expect(await chooseIdentity({ header, cookie }, verify)).toEqual({ claims, ...who });
  },
);

test.each([
  [undefined, undefined],
  ["bad", "bad"],
  ["", ""],
])("with header %p and cookie %p the caller is unknown", async (header, cookie) => {
  expect(await chooseIdentity({ header, cookie }, verify)).toBeNull();
});
