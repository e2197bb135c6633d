/** `@name` where no word runs into it: not the middle of a mail address. */
export const MENTION = /(?<![\p{L}\p{N}_])@([a-z0-9_.-]{3,32})/giu;

/** Code mentions nobody. */
const CODE = /```[\s\S]*?(?:```|$)|`[^`\n]*`/g;

/** A mention's name without the dots and dashes that end a sentence. */
export function mentionedName(match: string): string {
  return match.replace(/[.-]+$/, "").toLowerCase();
}

export function mentions(body: string, username: string): boolean {
  if (!body.includes("@")) return false;
  const said = body.replace(CODE, " ");
  return [...said.matchAll(MENTION)].some(([, name = ""]) => mentionedName(name) === username);
}
