import { expect, test } from "bun:test";
import { sign } from "hono/jwt";
import { bearerToken, signLinkToken, signToken, verifyLinkToken, verifyToken } from "./token.ts";

const secret = "a secret of at least thirty-two bytes";
const now = Math.floor(Date.now() / 1000);
const claims = {
  sub: Bun.randomUUIDv7(),
  sid: Bun.randomUUIDv7(),
  iat: now,
  exp: now + 60,
};
const good = { ...claims, iss: "parley" };
const forge = (payload: object, header: object) =>
  [
    ...[header, payload].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")),
    "",
  ].join(".");

test("A verified token has the claims that were signed", async () => {
  expect(await verifyToken(await signToken(claims, secret), secret)).toEqual(claims);
});

test.each([
  ["another secret", () => signToken(claims, `${secret}!`)],
  ["another issuer", () => sign({ ...good, iss: "other" }, secret, "HS256")],
  ["no issuer", () => sign(claims, secret, "HS256")],
  ["an end in the past", () => sign({ ...good, exp: now - 1 }, secret, "HS256")],
  ["no end", () => sign({ ...claims, iss: "parley", exp: undefined as never }, secret, "HS256")],
  ["a start ahead of the leeway", () => sign({ ...good, iat: now + 60 }, secret, "HS256")],
  ["no session", () => sign({ ...good, sid: "" }, secret, "HS256")],
  ["a subject that is no ID", () => sign({ ...good, sub: "admin" }, secret, "HS256")],
  ["an audience", () => sign({ ...good, aud: "link" }, secret, "HS256")],
  ["another algorithm", () => sign(good, secret, "HS512")],
  ["alg none", async () => forge(good, { alg: "none" })],
  ["a key of its own", async () => forge(good, { alg: "HS256", jwk: { kty: "oct", k: "AA" } })],
  ["no token at all", async () => "rubbish"],
  ["padding", async () => `${await signToken(claims, secret)}=`],
  [
    "white space in it",
    async () => (await signToken(claims, secret)).replace(/\.(?=[^.]*$)/, ". "),
  ],
])("A token with %s is refused", async (_, token) => {
  expect(await verifyToken(await token(), secret)).toBeNull();
});

test("Only one of the 64 possible last characters of a signature is accepted", async () => {
  const token = await signToken(claims, secret);
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const good = await Array.fromAsync(alphabet, async (last) => {
    const claims = await verifyToken(token.slice(0, -1) + last, secret);
    return claims ? last : "";
  });
  expect(good.join("")).toBe(token.slice(-1));
});

test("A token of the current or the previous secret is accepted, and a token of a third secret is refused", async () => {
  const [current, previous, third] = [`${secret} 1`, `${secret} 2`, `${secret} 3`] as const;
  for (const signer of [current, previous]) {
    expect(await verifyToken(await signToken(claims, signer), current, previous)).toEqual(claims);
    expect(await verifyLinkToken(await signLinkToken(signer), current, previous)).toBe(true);
  }
  expect(await verifyToken(await signToken(claims, third), current, previous)).toBeNull();
  expect(await verifyLinkToken(await signLinkToken(third), current, previous)).toBe(false);
});

test("A small difference between clocks is tolerated", async () => {
  const token = await sign({ ...good, iat: now + 3 }, secret, "HS256");
  expect(await verifyToken(token, secret)).not.toBeNull();
});

test("A user’s token opens no link, and a link’s token authenticates no user", async () => {
  const link = await signLinkToken(secret);
  expect(await verifyLinkToken(link, secret)).toBe(true);
  expect(await verifyToken(link, secret)).toBeNull();
  expect(await verifyLinkToken(await signToken(claims, secret), secret)).toBe(false);
});

test("Only a well-formed bearer header has a token", () => {
  expect(bearerToken("Bearer a.b.c")).toBe("a.b.c");
  expect(bearerToken("bearer a.b.c")).toBe("a.b.c");
  for (const header of [undefined, null, "", "Bearer", "Bearer a b", "Basic a", "Bearer a,b"])
    expect(bearerToken(header)).toBeUndefined();
});
