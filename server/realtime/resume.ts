import type { ServerFrame } from "@parley/contracts/frames";
import { LIMITS } from "@parley/contracts/limits";
import type { Replay } from "../messages/replay.ts";
import type { Hub } from "./hub.ts";
import { chatTopic, type Session } from "./session.ts";

export interface ResumeDeps {
  hub: Hub;
  replay: Replay;
}

/**
 * Sends a session what it missed of each chat, then `resumed`.
 *
 * While a chat is replayed, the session does not hear its topic. It joins the topic in the very turn
 * of the event loop in which it is level with what was published, so that nothing falls between the
 * replay and what is live, and nothing needs to be held back meanwhile.
 * @param known the last `seq` that the client has, by chat; chats that it may not read are passed over.
 */
export async function resume(
  deps: ResumeDeps,
  session: Session,
  known: Readonly<Record<string, number>>,
): Promise<void> {
  for (const [chat, seq] of Object.entries(known))
    if (deps.hub.isFollowing(session, chat) && !isLevel(deps.hub, chat, seq))
      await catchUp(deps, session, chat, seq);
  deliver(session, { type: "resumed" });
}

/** Whether a client knows all that was published: it heard the chat all along, so nothing can fall between. */
function isLevel(hub: Hub, chat: string, known: number): boolean {
  const head = hub.head(chat);
  return head !== undefined && head <= known;
}

async function catchUp(
  { hub, replay }: ResumeDeps,
  session: Session,
  chat: string,
  known: number,
): Promise<void> {
  session.unsubscribe([chatTopic(chat)]);
  let level = known;
  let budget: number = LIMITS.replay;
  do {
    const events = await replay(chat, level, budget + 1);
    if (!hub.isFollowing(session, chat)) return;
    if (events.length > budget) {
      deliver(session, { type: "reset", chat });
      break;
    }
    if (events.length > 0) deliver(session, { type: "events", chat, events });
    level = events.at(-1)?.seq ?? level;
    budget -= events.length;
  } while ((hub.head(chat) ?? 0) > level);
  session.subscribe([chatTopic(chat)]);
}

function deliver(session: Session, frame: ServerFrame): void {
  session.deliver(JSON.stringify(frame));
}
