const MENTION = /(?<![\p{L}\p{N}_])@([a-z0-9_.-]{3,32})/giu;
const CODE = /```[\s\S]*?(?:```|$)|`[^`\n]*`/g;

/** The usernames, in lower case, that a body mentions outside of code; a full stop at the end is not part of one. */
export function mentionedNames(body: string): string[] {
  if (!body.includes("@")) return [];
  const names = new Set<string>();
  for (const [, name = ""] of body.replace(CODE, " ").matchAll(MENTION))
    names.add(name.toLowerCase().replace(/[.-]+$/, ""));
  return [...names];
}
