import { chatRu } from "./chat-ru.ts";
import { entryRu } from "./entry-ru.ts";
import type { Translation } from "./translation.ts";

/** All words in Russian, in one chunk. */
export const russian: Translation = { chat: chatRu, entry: entryRu };
