import { createHmac, hkdfSync } from "node:crypto";
import type { UserId } from "@parley/contracts/ids";

/** Separates this key from every other use of the secret (RFC 5869, 3.2). */
const PURPOSE = "parley: the user label of the metrics";
const KEY_BYTES = 32;
const SHOWN_HEX_DIGITS = 12;

/**
 * Creates what shows a user in a metric label: the ID where a token protects the metrics, otherwise a
 * keyed hash of it, because anyone may read the metrics and an ID is what the API finds a user by.
 *
 * The key is derived from the secret that signs tokens: a user has the same label at every gateway and
 * after a restart, until the secret is rotated.
 */
export function createUserLabel(
  secret: string,
  metricsToken: string | undefined,
): (user: UserId) => string {
  if (metricsToken !== undefined) return (user) => user;
  const key = Buffer.from(hkdfSync("sha256", secret, "", PURPOSE, KEY_BYTES));
  return (user) => createHmac("sha256", key).update(user).digest("hex").slice(0, SHOWN_HEX_DIGITS);
}
