import { createSemaphore } from "@parley/platform/async/semaphore";
import { Refusal } from "@parley/platform/http/problem";
import list from "./common-passwords.txt" with { type: "text" };

/** OWASP's least for argon2id with one lane: 19 MiB, two passes. */
const ARGON2ID = { algorithm: "argon2id", memoryCost: 19_456, timeCost: 2 } as const;
/** Each hash keeps a core busy for tens of milliseconds, and its memory. */
const AT_ONCE = 2;
const MAX_WAITING = 200;

const COMMON: ReadonlySet<string> = new Set(
  list.split("\n").filter((line) => line !== "" && !line.startsWith("#")),
);

export type Passwords = ReturnType<typeof createPasswords>;

/** Hashes and verifies passwords, a few at a time. */
export function createPasswords() {
  const run = createSemaphore(AT_ONCE, MAX_WAITING);
  const nobodys = Bun.password.hash(crypto.randomUUID(), ARGON2ID);

  return {
    hash: (password: string): Promise<string> =>
      run(() => Bun.password.hash(normal(password), ARGON2ID)),

    /** Takes as long for an account that is not there (`hash` undefined) as for a wrong password. */
    async verify(password: string, hash: string | undefined): Promise<boolean> {
      const against = hash ?? (await nobodys);
      const matches = await run(() => verify(password, against));
      return matches && hash !== undefined;
    },
  };
}

/**
 * Refuses one of the 3,000 commonest passwords that are long enough (ASVS 5, 6.2.4), in any case.
 * @param field where the password stands in the request.
 * @throws Refusal `invalid`.
 */
export function refuseCommon(password: string, field: string): void {
  if (!COMMON.has(normal(password).toLowerCase())) return;
  const message = "is one of the commonest passwords";
  throw new Refusal("invalid", `${field}: ${message}.`, { errors: [{ path: field, message }] });
}

/** Bun throws for what is no hash at all: such an account has no password that matches. */
async function verify(password: string, hash: string): Promise<boolean> {
  try {
    return await Bun.password.verify(normal(password), hash);
  } catch {
    return false;
  }
}

/** Keyboards differ in how they compose a character: SP 800-63B, 3.1.1.2 wants one form before hashing. */
function normal(password: string): string {
  return password.normalize("NFKC");
}
