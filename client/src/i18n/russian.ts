import { chatRu } from "./chat-ru.ts";
import { dialogRu } from "./dialog-ru.ts";
import { entryRu } from "./entry-ru.ts";
import type { Translation } from "./translation.ts";

/** All words in Russian, in one chunk. */
export const russian: Translation = { chat: chatRu, dialog: dialogRu, entry: entryRu };
