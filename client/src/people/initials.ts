const COLOURS = 8;

/** The first letters of the first and the last word: “Tomas Král” becomes “TK”. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const [first = "?", last] = [words[0], words.length > 1 ? words.at(-1) : undefined];
  return (letter(first) + (last ? letter(last) : "")).toLocaleUpperCase();
}

/** The number of an avatar colour, from 1; an ID always gets the same one. */
export function colourOf(id: string): number {
  let sum = 0;
  for (const character of id) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return (sum % COLOURS) + 1;
}

/** A whole code point, because half a surrogate pair is a broken character. */
const letter = (word: string) => [...word.replace(/^[^\p{L}\p{N}]+(?=.)/u, "")][0] ?? "";
