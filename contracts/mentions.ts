/** `@name` where no word runs into it: not the middle of a mail address. */
export const MENTION = /(?<![\p{L}\p{N}_])@([a-z0-9_.-]{3,32})/giu;

/** Code mentions nobody. */
const CODE = /```[\s\S]*?(?:```|$)|`[^`\n]*`/g;

/** A mention's username, in lower case, without the dots and dashes that end a sentence. */
export function mentionedName(match: string): string {
  return match.replace(/[.-]+$/, "").toLowerCase();
}

/** The usernames that a body mentions, each once. */
export function mentionedNames(body: string): Set<string> {
  if (!body.includes("@")) return new Set();
  const said = body.replace(CODE, " ");
  return new Set([...said.matchAll(MENTION)].map(([, name = ""]) => mentionedName(name)));
}
