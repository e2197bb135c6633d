/** Keyboards compose characters differently, so that SP 800-63B (3.1.1.2) normalises passwords before hashing. */
export function normalizePassword(password: string): string {
  return password.normalize("NFKC");
}
