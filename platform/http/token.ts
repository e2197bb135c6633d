import { LINK_AUDIENCE } from "@parley/contracts/link";
import { Id } from "@parley/contracts/scalars";
import { sign, verify } from "hono/jwt";
import * as v from "valibot";

const ISSUER = "parley";
const LINK_SECONDS = 60;
/** Two machines' clocks may differ; hono/jwt itself grants `iat` no leeway. */
const LEEWAY_SECONDS = 5;

const Claims = v.object({
  sub: Id,
  sid: Id,
  iat: v.pipe(v.number(), v.integer()),
  exp: v.pipe(v.number(), v.integer()),
});

/** What signs new tokens, and what tokens of before may be signed with: so a secret is rotated. */
export type Secrets = readonly [current: string, ...previous: string[]];

/**
 * A JWT signed by HMAC-SHA-256, in its one spelling: base64url without padding (RFC 7515, 2), and in
 * the last character no bits beyond the 256 (RFC 4648, 3.5), else each signature had four spellings.
 */
const PROPER = /^[\w-]+\.[\w-]+\.[\w-]{42}[AEIMQUYcgkosw048]$/;

/** What a user's JWT says: who (`sub`), by which session (`sid`), from when to when (Unix seconds). */
export type Claims = v.InferOutput<typeof Claims>;

export function signToken(claims: Claims, secret: string): Promise<string> {
  return sign({ ...claims, iss: ISSUER }, secret, "HS256");
}

/**
 * Verifies a user's JWT: HS256 and nothing else, so `none`, other algorithms and keys named by the
 * token itself are refused (RFC 8725, 3.1); a token made for the link is not a user's.
 * @param secrets any one of them may have signed it.
 * @returns null for any token that is not good now.
 */
export async function verifyToken(token: string, ...secrets: Secrets): Promise<Claims | null> {
  const payload = await verified(token, secrets);
  if (payload?.["aud"] !== undefined) return null;
  const claims = v.safeParse(Claims, payload);
  if (!claims.success || claims.output.iat > now() + LEEWAY_SECONDS) return null;
  return claims.output;
}

/** A short token with which a gateway opens the link. */
export function signLinkToken(secret: string): Promise<string> {
  const iat = now();
  return sign({ aud: LINK_AUDIENCE, iss: ISSUER, iat, exp: iat + LINK_SECONDS }, secret, "HS256");
}

export async function verifyLinkToken(token: string, ...secrets: Secrets): Promise<boolean> {
  const payload = await verified(token, secrets);
  return payload?.["aud"] === LINK_AUDIENCE && typeof payload["exp"] === "number";
}

/** The token of an `Authorization: Bearer` header; the scheme's case does not matter (RFC 9110, 11.1). */
export function bearerToken(header: string | null | undefined): string | undefined {
  return /^bearer +([\w.~+/-]+=*) *$/i.exec(header ?? "")?.[1];
}

async function verified(token: string, secrets: Secrets): Promise<Record<string, unknown> | null> {
  if (!PROPER.test(token)) return null;
  for (const secret of secrets) {
    try {
      return await verify(token, secret, { alg: "HS256", iss: ISSUER, iat: false });
    } catch {
      // Another secret may have signed it.
    }
  }
  return null;
}

function now(): number {
  return Math.floor(Date.now() / 1000);
}
