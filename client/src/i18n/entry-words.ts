import { type EntryWords, entryEn } from "./entry-en.ts";
import { entryRu } from "./entry-ru.ts";
import { language } from "./language.ts";
import type { Language } from "./pick-language.ts";

const BY_LANGUAGE: Record<Language, EntryWords> = { en: entryEn, ru: entryRu };

/** The words before the chat, in the language chosen; reactive. */
export const entryWords = (): EntryWords => BY_LANGUAGE[language()];
