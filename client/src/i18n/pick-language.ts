const LANGUAGES = ["en", "ru"] as const;
export type Language = (typeof LANGUAGES)[number];

/** The language this person chose, else the first of the browser's that there is, else English. */
export function pickLanguage(stored: string | null, preferred: readonly string[]): Language {
  const wishes = [stored ?? "", ...preferred].map((tag) => tag.slice(0, 2).toLowerCase());
  return wishes.find(isLanguage) ?? "en";
}

function isLanguage(tag: string): tag is Language {
  return (LANGUAGES as readonly string[]).includes(tag);
}
