/** Matches `@name`, but not after a letter or digit, as in an e-mail address. */
export const MENTION = /(?<![\p{L}\p{N}_])@([a-z0-9_.-]{3,32})/giu;

/** Matches code in Markdown, which contains no mentions. */
const CODE = /```[\s\S]*?(?:```|$)|`[^`\n]*`/g;

/** The username of a match of {@link MENTION}, in lower case, without the dots and dashes that end a sentence. */
export function mentionedName(match: string): string {
  return match.replace(/[.-]+$/, "").toLowerCase();
}

/** The usernames that the body of a message mentions, each once. */
export function mentionedNames(body: string): Set<string> {
  if (!body.includes("@")) return new Set();
  const text = body.replace(CODE, " ");
  return new Set([...text.matchAll(MENTION)].map(([, name = ""]) => mentionedName(name)));
}
