import { availableParallelism } from "node:os";
import { createTurns } from "@parley/platform/async/turns";
import { normalizePassword } from "./normalize-password.ts";

/** The cost of a hash by argon2id. */
export interface PasswordCost {
  /** In KiB. */
  readonly memoryCost: number;
  /** Number of passes. */
  readonly timeCost: number;
}

/** OWASP's minimum for argon2id with one lane: 19 MiB and two passes. */
const COST: PasswordCost = { memoryCost: 19_456, timeCost: 2 };
/**
 * Hashes computed at once. Each occupies a core and 19 MiB for tens of milliseconds, so that half of the
 * cores are left for messages.
 */
const MAX_CONCURRENT = Math.max(1, Math.floor(availableParallelism() / 2));
/** Hashes that wait for each purpose: a few seconds. */
const MAX_QUEUED = 100;

/**
 * Why a hash is computed. Each purpose has a queue of its own, and they take turns: a flood of
 * registrations or of guesses does not hold up those who are known.
 */
export type HashPurpose = "known_sign_in" | "sign_in" | "registration" | "password_change";

/** Who asked for a hash. */
export interface HashRequest {
  readonly purpose: HashPurpose;
  /** A hash whose caller left before its turn is not computed. */
  readonly signal: AbortSignal;
}

export type Passwords = ReturnType<typeof createPasswords>;

/** Hashes and verifies passwords with argon2id, a few at a time; a Refusal `overloaded` says that too many wait. */
export function createPasswords(cost: PasswordCost = COST) {
  const inTurn = createTurns<HashPurpose>({
    maxRunning: MAX_CONCURRENT,
    maxQueuedPerKey: MAX_QUEUED,
  });
  const argon2id = { algorithm: "argon2id", ...cost } as const;
  const dummyHash = Bun.password.hash(crypto.randomUUID(), argon2id);

  function run<T>({ purpose, signal }: HashRequest, compute: () => Promise<T>): Promise<T> {
    return inTurn(purpose, compute, signal);
  }

  return {
    hash: (password: string, request: HashRequest): Promise<string> =>
      run(request, () => Bun.password.hash(normalizePassword(password), argon2id)),

    /** Verifies a password. A missing account (`hash` undefined) takes as long as a wrong password. */
    async verify(
      password: string,
      hash: string | undefined,
      request: HashRequest,
    ): Promise<boolean> {
      const expected = hash ?? (await dummyHash);
      const matches = await run(request, () => verify(password, expected));
      return matches && hash !== undefined;
    },
  };
}

/** Bun throws when the stored value is not a hash; no password matches such an account. */
async function verify(password: string, hash: string): Promise<boolean> {
  try {
    return await Bun.password.verify(normalizePassword(password), hash);
  } catch {
    return false;
  }
}
