import { type Claims, type Secrets, verifyToken } from "./token.ts";

/** Longer than every token that the server signs; a longer one is not verified. */
const MAX_TOKEN_CHARS = 4_096;

/** Verifies a token; the result of a cached token is returned without a promise. */
export type VerifyToken = (token: string) => Claims | null | Promise<Claims | null>;

/**
 * Verifies tokens, and caches valid ones, whole with their signature, until they expire. What is cached is
 * that the token was signed: whether its session is still active is another question.
 * @param options.maxCached size of the cache; the least recently used token is evicted.
 */
export function createTokenVerifier(
  secrets: Secrets,
  { maxCached = 10_000, now = Date.now } = {},
): VerifyToken {
  /** In the order of their last use. */
  const cache = new Map<string, Claims>();

  async function verify(token: string): Promise<Claims | null> {
    const claims = await verifyToken(token, ...secrets);
    if (claims) store(token, claims);
    return claims;
  }

  function store(token: string, claims: Claims): void {
    cache.delete(token);
    const [oldest] = cache.keys();
    if (cache.size >= maxCached && oldest !== undefined) cache.delete(oldest);
    cache.set(token, claims);
  }

  return function verifyOrReuse(token) {
    if (token.length > MAX_TOKEN_CHARS) return null;
    const claims = cache.get(token);
    if (!claims) return verify(token);
    if (claims.exp * 1_000 > now()) {
      store(token, claims);
      return claims;
    }
    cache.delete(token);
    return null;
  };
}
