import type { Message } from "@parley/contracts/messages";
import type { Shell } from "../app/shell.tsx";
import { ApiError } from "../engine/api/request.ts";
import { entryWords } from "../i18n/entry-words.ts";

/** Reacts, or takes it back; a refusal is told in a line. */
export function react({ session, notify }: Shell, message: Message, emoji: string, isOn: boolean) {
  session.messages.react(message, emoji, isOn).catch((error) => {
    if (!(error instanceof ApiError)) throw error;
    notify(entryWords().problems[error.code]);
  });
}
