import { type Claims, type Secrets, verifyToken } from "@parley/platform/http/token";

/** Longer than any token that a server of ours signs: such a one is not worth a verification. */
const LONGEST = 4_096;

/** A token that is remembered is known at once. */
export type VerifyToken = (token: string) => Claims | null | Promise<Claims | null>;

/**
 * Verifies tokens, and remembers the good ones, whole with their signature, until they expire.
 * @param options.remembered how many tokens are kept; the one that was not used for longest gives way.
 */
export function createTokenVerifier(
  secrets: Secrets,
  { remembered = 10_000, now = Date.now } = {},
): VerifyToken {
  /** In the order of their last use. */
  const good = new Map<string, Claims>();

  async function verify(token: string): Promise<Claims | null> {
    const claims = await verifyToken(token, ...secrets);
    if (claims) remember(token, claims);
    return claims;
  }

  function remember(token: string, claims: Claims): void {
    good.delete(token);
    const [oldest] = good.keys();
    if (good.size >= remembered && oldest !== undefined) good.delete(oldest);
    good.set(token, claims);
  }

  return function verifyOrRemember(token) {
    if (token.length > LONGEST) return null;
    const claims = good.get(token);
    if (!claims) return verify(token);
    if (claims.exp * 1_000 > now()) {
      remember(token, claims);
      return claims;
    }
    good.delete(token);
    return null;
  };
}
