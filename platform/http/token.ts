import { SessionId, UserId } from "@parley/contracts/ids";
import { LINK_AUDIENCE } from "@parley/contracts/link";
import { sign, verify } from "hono/jwt";
import * as v from "valibot";

const ISSUER = "parley";
const LINK_TOKEN_LIFETIME_S = 60;
/** The clocks of two machines may differ; hono/jwt itself grants `iat` no leeway. */
const CLOCK_LEEWAY_S = 5;

const Claims = v.object({
  sub: UserId,
  sid: SessionId,
  iat: v.pipe(v.number(), v.integer()),
  exp: v.pipe(v.number(), v.integer()),
});

/** The secret that signs new tokens, and previous secrets that still verify: this is how a secret is rotated. */
export type Secrets = readonly [current: string, ...previous: string[]];

/**
 * A JWT signed with HMAC-SHA-256 in its canonical form: base64url without padding (RFC 7515, 2) and
 * without stray bits in the last character (RFC 4648, 3.5), because each signature would have four
 * spellings otherwise.
 */
const CANONICAL_JWT = /^[\w-]+\.[\w-]+\.[\w-]{42}[AEIMQUYcgkosw048]$/;

/** The claims of a user's JWT: user (`sub`), session (`sid`), and validity in Unix seconds (`iat`, `exp`). */
export type Claims = v.InferOutput<typeof Claims>;

export function signToken(claims: Claims, secret: string): Promise<string> {
  return sign({ ...claims, iss: ISSUER }, secret, "HS256");
}

/**
 * Verifies a user's JWT. Only HS256 is accepted: `none`, other algorithms and keys that the token names
 * are refused (RFC 8725, 3.1), and so is a token of the link.
 * @param secrets each of them may have signed the token.
 * @returns null for a token that is not valid now.
 */
export async function verifyToken(token: string, ...secrets: Secrets): Promise<Claims | null> {
  const payload = await verifyWithAny(token, secrets);
  if (payload?.["aud"] !== undefined) return null;
  const claims = v.safeParse(Claims, payload);
  if (!claims.success || claims.output.iat > now() + CLOCK_LEEWAY_S) return null;
  return claims.output;
}

/** Signs the short-lived token with which a gateway opens the link. */
export function signLinkToken(secret: string): Promise<string> {
  const iat = now();
  return sign(
    { aud: LINK_AUDIENCE, iss: ISSUER, iat, exp: iat + LINK_TOKEN_LIFETIME_S },
    secret,
    "HS256",
  );
}

export async function verifyLinkToken(token: string, ...secrets: Secrets): Promise<boolean> {
  const payload = await verifyWithAny(token, secrets);
  return payload?.["aud"] === LINK_AUDIENCE && typeof payload["exp"] === "number";
}

/** The token of an `Authorization: Bearer` header; the scheme is case-insensitive (RFC 9110, 11.1). */
export function bearerToken(header: string | null | undefined): string | undefined {
  return /^bearer +([\w.~+/-]+=*) *$/i.exec(header ?? "")?.[1];
}

async function verifyWithAny(
  token: string,
  secrets: Secrets,
): Promise<Record<string, unknown> | null> {
  if (!CANONICAL_JWT.test(token)) return null;
  for (const secret of secrets) {
    try {
      return await verify(token, secret, { alg: "HS256", iss: ISSUER, iat: false });
    } catch {
      // Another secret may have signed the token.
    }
  }
  return null;
}

function now(): number {
  return Math.floor(Date.now() / 1000);
}
