import { type ChatWords, chatEn } from "./chat-en.ts";
import { chatRu } from "./chat-ru.ts";
import { language } from "./language.ts";
import type { Language } from "./pick-language.ts";

const BY_LANGUAGE: Record<Language, ChatWords> = { en: chatEn, ru: chatRu };

/** The words of the chat, in the language chosen; reactive. */
export const chatWords = (): ChatWords => BY_LANGUAGE[language()];
