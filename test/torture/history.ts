import type { ChatEvent } from "@parley/contracts/events";
import type { Message, MessagePage } from "@parley/contracts/messages";
import type { Person } from "../stack/person.ts";

/** Reads the messages of `chat` after a `seq` page by page, oldest first, as `message` events. */
export async function* readHistory(
  person: Person,
  chat: string,
  after: number,
): AsyncGenerator<ChatEvent> {
  for (let hasMore = true; hasMore; ) {
    const page = await person.json<MessagePage>(
      "GET",
      `/messages?chat=${chat}&after=${after}&limit=100`,
    );
    yield* page.messages.map(messageEvent);
    after = page.messages.at(-1)?.seq ?? after;
    hasMore = page.hasMore;
  }
}

function messageEvent(message: Message): ChatEvent {
  return { seq: message.seq, kind: "message", at: message.createdAt, by: message.sender, message };
}
