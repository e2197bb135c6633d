import { createSemaphore } from "@parley/platform/async/semaphore";
import { Refusal } from "@parley/platform/http/problem";
import list from "./common-passwords.txt" with { type: "text" };

/** The cost of a hash by argon2id. */
export interface PasswordCost {
  /** In KiB. */
  readonly memoryCost: number;
  /** Number of passes. */
  readonly timeCost: number;
}

/** OWASP's minimum for argon2id with one lane: 19 MiB and two passes. */
const COST: PasswordCost = { memoryCost: 19_456, timeCost: 2 };
/** Hashes computed at once. Each occupies a core and 19 MiB for tens of milliseconds. */
const MAX_CONCURRENT = 2;
const MAX_QUEUED = 200;

const COMMON_PASSWORDS: ReadonlySet<string> = new Set(
  list.split("\n").filter((line) => line !== "" && !line.startsWith("#")),
);

export type Passwords = ReturnType<typeof createPasswords>;

/** Hashes and verifies passwords with argon2id, two at a time. */
export function createPasswords(cost: PasswordCost = COST) {
  const run = createSemaphore(MAX_CONCURRENT, MAX_QUEUED);
  const argon2id = { algorithm: "argon2id", ...cost } as const;
  const dummyHash = Bun.password.hash(crypto.randomUUID(), argon2id);

  return {
    hash: (password: string): Promise<string> =>
      run(() => Bun.password.hash(normalize(password), argon2id)),

    /** Verifies a password. A missing account (`hash` undefined) takes as long as a wrong password. */
    async verify(password: string, hash: string | undefined): Promise<boolean> {
      const expected = hash ?? (await dummyHash);
      const matches = await run(() => verify(password, expected));
      return matches && hash !== undefined;
    },
  };
}

/**
 * Rejects the 3,000 most common passwords that are long enough (ASVS 5, 6.2.4), in any case.
 * @param field the name of the request's field that holds the password.
 * @throws Refusal `invalid`.
 */
export function rejectCommonPassword(password: string, field: string): void {
  if (!COMMON_PASSWORDS.has(normalize(password).toLowerCase())) return;
  const message = "is one of the most common passwords";
  throw new Refusal("invalid", `${field}: ${message}.`, { errors: [{ path: field, message }] });
}

/** Bun throws when the stored value is not a hash; no password matches such an account. */
async function verify(password: string, hash: string): Promise<boolean> {
  try {
    return await Bun.password.verify(normalize(password), hash);
  } catch {
    return false;
  }
}

/** Keyboards compose characters differently, so that SP 800-63B (3.1.1.2) normalises passwords before hashing. */
function normalize(password: string): string {
  return password.normalize("NFKC");
}
