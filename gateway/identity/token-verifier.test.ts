import { expect, test } from "bun:test";
import { SECRET } from "../testing/server-stand-in.ts";
import { tokenOf, USER } from "../testing/test-gateway.ts";
import { createTokenVerifier } from "./token-verifier.ts";

test("a good token is good until it expires, remembered or not", async () => {
  let now = Date.now();
  const verify = createTokenVerifier(SECRET, { now: () => now });
  const token = await tokenOf(USER, { seconds: 60 });
  expect((await verify(token))?.sub).toBe(USER);
  expect((await verify(token))?.sub).toBe(USER);
  now += 61_000;
  expect(await verify(token)).toBeNull();
});

test("a token is good with more remembered than there is room for", async () => {
  const verify = createTokenVerifier(SECRET, { remembered: 2 });
  const tokens = await Promise.all([1, 2, 3].map((n) => tokenOf(USER, { seconds: 60 + n })));
  for (const token of [...tokens, ...tokens]) expect((await verify(token))?.sub).toBe(USER);
});

test("a forged, altered or endless token is never good", async () => {
  const verify = createTokenVerifier(SECRET);
  const token = await tokenOf();
  const [head, claims, signature] = token.split(".");
  const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString("base64url");
  for (const bad of [
    `${none}.${claims}.`,
    `${none}.${claims}.${signature}`,
    `${head}.${claims}.`,
    `${head}.${claims}x.${signature}`,
    await tokenOf(USER, { secret: "another secret that is long enough too" }),
    "x".repeat(100_000),
    "",
  ])
    expect(await verify(bad)).toBeNull();
});
