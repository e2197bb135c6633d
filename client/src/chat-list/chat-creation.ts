import type { ChatCreation } from "@parley/contracts/chats";
import { useShell } from "../app/shell.tsx";
import { createAttempt } from "../ui/attempt.ts";

/** Creates one chat at a time; after the creation it closes the dialog and opens the chat. */
export function createChatCreation() {
  const { session, show, go } = useShell();
  const { busy, problem, run } = createAttempt();

  function create(creation: ChatCreation): void {
    void run(async () => {
      const chat = await session.chats.create(creation);
      show(null);
      go(chat);
    });
  }

  return { busy, problem, create };
}
