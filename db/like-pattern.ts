/** Escapes a text for `like` and `ilike`, so that each of its characters matches itself alone. */
function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, "\\$&");
}

/** The pattern of the texts that contain `text`. */
export function containsPattern(text: string): string {
  return `%${escapeLike(text)}%`;
}

/** The pattern of the texts that begin with `text`. */
export function prefixPattern(text: string): string {
  return `${escapeLike(text)}%`;
}
