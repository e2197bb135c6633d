import { type EntryWords, entryEn } from "./entry-en.ts";
import { translation } from "./language.ts";

/** The words of the sign-in, and of errors, in the chosen language; reactive. */
export const entryWords = (): EntryWords => translation()?.entry ?? entryEn;
