import { Refusal } from "@parley/platform/http/problem";
import list from "./common-passwords.txt" with { type: "text" };
import { normalizePassword } from "./normalize-password.ts";

const COMMON_PASSWORDS: ReadonlySet<string> = new Set(
  list.split("\n").filter((line) => line !== "" && !line.startsWith("#")),
);

interface ChosenPassword {
  readonly password: string;
  readonly username: string;
  /** The name of the request's field that holds the password. */
  readonly field: string;
}

/**
 * Rejects a password that a stranger would try first, in any case: the username, one character
 * repeated, and the 3,000 most common ones that are long enough (ASVS 5, 6.2.4 and 6.2.11).
 * @throws Refusal `invalid`.
 */
export function rejectWeakPassword({ password, username, field }: ChosenPassword): void {
  const message = weakness(normalizePassword(password).toLowerCase(), username);
  if (message === null) return;
  throw new Refusal("invalid", `${field}: ${message}.`, { errors: [{ path: field, message }] });
}

/** @returns what is wrong with a password in lower case; null if nothing is. */
function weakness(password: string, username: string): string | null {
  if (password === username) return "is the username";
  if (new Set(password).size === 1) return "is one character repeated";
  return COMMON_PASSWORDS.has(password) ? "is one of the most common passwords" : null;
}
