import type { Message } from "@parley/contracts/messages";
import type { Shell } from "../app/shell.tsx";
import { ApiError } from "../engine/api/request.ts";
import { problemText } from "../i18n/problem-text.ts";

/** Adds or removes a reaction; a notice tells of a refusal. */
export function react({ session, notify }: Shell, message: Message, emoji: string, isOn: boolean) {
  session.messages.react(message, emoji, isOn).catch((error) => {
    if (!(error instanceof ApiError)) throw error;
    notify(problemText(error));
  });
}
