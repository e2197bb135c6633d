import { type ChatWords, chatEn } from "./chat-en.ts";
import { translation } from "./language.ts";

/** The words of the chat in the chosen language; reactive. */
export const chatWords = (): ChatWords => translation()?.chat ?? chatEn;
