import type { ChatWords } from "./chat-en.ts";
import type { DialogWords } from "./dialog-en.ts";
import type { EntryWords } from "./entry-en.ts";

/** All words in one language. */
export interface Translation {
  chat: ChatWords;
  dialog: DialogWords;
  entry: EntryWords;
}
