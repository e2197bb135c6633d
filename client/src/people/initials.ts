const COLOURS = 8;

/** The first letters of the first and last word: “Tomas Král” is TK. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const [first = "?", last] = [words[0], words.length > 1 ? words.at(-1) : undefined];
  return (letter(first) + (last ? letter(last) : "")).toLocaleUpperCase();
}

/** One of the avatar colours, always the same for one ID. */
export function colourOf(id: string): number {
  let sum = 0;
  for (const character of id) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return (sum % COLOURS) + 1;
}

/** Whole code points: half an emoji is a broken character. */
const letter = (word: string) => [...word.replace(/^[^\p{L}\p{N}]+(?=.)/u, "")][0] ?? "";
