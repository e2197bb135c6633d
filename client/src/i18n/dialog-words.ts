import { type DialogWords, dialogEn } from "./dialog-en.ts";
import { translation } from "./language.ts";

/** The words of the dialogs in the chosen language; reactive. */
export const dialogWords = (): DialogWords => translation()?.dialog ?? dialogEn;
