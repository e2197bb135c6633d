const LANGUAGES = ["en", "ru"] as const;
export type Language = (typeof LANGUAGES)[number];

/** @returns the stored language, else the first preferred one that exists, else English. */
export function pickLanguage(stored: string | null, preferred: readonly string[]): Language {
  const tags = [stored ?? "", ...preferred].map((tag) => tag.slice(0, 2).toLowerCase());
  return tags.find(isLanguage) ?? "en";
}

function isLanguage(tag: string): tag is Language {
  return (LANGUAGES as readonly string[]).includes(tag);
}
