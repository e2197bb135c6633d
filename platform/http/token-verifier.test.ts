import { expect, test } from "bun:test";
import { signToken } from "./token.ts";
import { createTokenVerifier } from "./token-verifier.ts";

const SECRET = "a secret of at least thirty-two bytes";
const USER = Bun.randomUUIDv7();
const SESSION = Bun.randomUUIDv7();

function tokenOf({ secret = SECRET, seconds = 60 } = {}): Promise<string> {
  const iat = Math.floor(Date.now() / 1_000);
  return signToken({ sub: USER, sid: SESSION, iat, exp: iat + seconds }, secret);
}

test("A valid token is accepted until it expires, cached or not", async () => {
  let now = Date.now();
  const verify = createTokenVerifier([SECRET], { now: () => now });
  const token = await tokenOf({ seconds: 60 });
  expect((await verify(token))?.sub).toBe(USER);
  expect((await verify(token))?.sub).toBe(USER);
  now += 61_000;
  expect(await verify(token)).toBeNull();
});

test("A valid token is accepted when the cache is full", async () => {
  const verify = createTokenVerifier([SECRET], { maxCached: 2 });
  const tokens = await Promise.all([1, 2, 3].map((n) => tokenOf({ seconds: 60 + n })));
  for (const token of [...tokens, ...tokens]) expect((await verify(token))?.sub).toBe(USER);
});

test("A cached token makes no other token valid", async () => {
  const verify = createTokenVerifier([SECRET]);
  const token = await tokenOf();
  expect(await verify(token)).not.toBeNull();
  const [head, claims, signature = ""] = token.split(".");
  const other = (await tokenOf({ seconds: 61 })).split(".");
  for (const bad of [
    `${head}.${claims}.${other[2]}`,
    `${head}.${other[1]}.${signature}`,
    `${head}.${claims}.${signature.slice(0, -1)}`,
    `${token}=`,
    `${token} `,
    `__proto__`,
  ])
    expect(await verify(bad)).toBeNull();
});

test("The least recently used token is evicted and verified again", async () => {
  let now = Date.now();
  const verify = createTokenVerifier([SECRET], { maxCached: 2, now: () => now });
  const [used, unused, third] = await Promise.all(
    [1, 2, 3].map((n) => tokenOf({ seconds: n + 60 })),
  );
  for (const token of [used, unused, used, third]) await verify(token ?? "");
  // By this clock all tokens have expired, but only a cached one is checked by it: hono/jwt has its own clock.
  now += 120_000;
  expect(await verify(used ?? "")).toBeNull();
  expect(await verify(unused ?? "")).not.toBeNull();
});

test("Tokens of the previous secret are accepted while it is configured", async () => {
  const previous = "the secret of before, long enough too";
  const old = await tokenOf({ secret: previous });
  expect((await createTokenVerifier([SECRET, previous])(old))?.sub).toBe(USER);
  expect(await createTokenVerifier([SECRET])(old)).toBeNull();
});

test("A forged, altered or endless token is never accepted", async () => {
  const verify = createTokenVerifier([SECRET]);
  const token = await tokenOf();
  const [head, claims, signature] = token.split(".");
  const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString("base64url");
  for (const bad of [
    `${none}.${claims}.`,
    `${none}.${claims}.${signature}`,
    `${head}.${claims}.`,
    `${head}.${claims}x.${signature}`,
    await tokenOf({ secret: "another secret that is long enough too" }),
    "x".repeat(100_000),
    "",
  ])
    expect(await verify(bad)).toBeNull();
});
