import type { ChatId } from "@parley/contracts/ids";
import type { Message } from "@parley/contracts/messages";
import { addDetached, shownMessages } from "../room/message-window.ts";
import type { AppStore } from "../session/app-state.ts";
import type { PageLoader } from "./page-loader.ts";

/** What became of a request for a detached window; `overtaken`: another window was requested meanwhile. */
type Outcome = "shown" | "failed" | "overtaken";

/** Shows messages that lie before the newest window, in a detached window. */
export function createDetachedHistory(
  { state, setState }: AppStore,
  { load }: Pick<PageLoader, "load">,
) {
  /** The last request of each chat: an earlier one must not replace its window. */
  const requests = new Map<ChatId, object>();

  /**
   * Shows a message: in the newest window if it has the message, else in a detached window.
   * @returns whether the message is shown.
   */
  async function loadAround(chat: ChatId, seq: number): Promise<boolean> {
    const room = state.rooms[chat];
    if (room?.detached && has(room.detached.messages, seq)) return true;
    if (room && has(room.messages, seq)) {
      leaveDetached(chat);
      return true;
    }
    const outcome = await detach(chat, seq);
    const now = state.rooms[chat];
    return outcome === "shown" && now !== undefined && has(shownMessages(now), seq);
  }

  /** Shows the messages around the “New” divider. @returns whether they are shown. */
  async function loadUnread(chat: ChatId): Promise<boolean> {
    const after = state.rooms[chat]?.dividerAfter ?? null;
    return after !== null && (await detach(chat, after + 1)) === "shown";
  }

  /**
   * Like {@link loadUnread}, for a chat that is being opened: until the messages are loaded, the window
   * is empty, so that nothing is on the screen that lies beyond them.
   */
  async function openAtUnread(chat: ChatId): Promise<void> {
    setState("rooms", chat, "detached", { messages: [], hasOlder: true });
    const outcome = await detach(chat, (state.rooms[chat]?.dividerAfter ?? 0) + 1);
    if (outcome === "failed" && state.rooms[chat])
      setState("rooms", chat, { detached: null, history: "failed" });
  }

  async function detach(chat: ChatId, seq: number): Promise<Outcome> {
    const request = {};
    requests.set(chat, request);
    const isLast = () => requests.get(chat) === request;
    const page = await load(chat, { at: "around", seq }, (room, found) =>
      isLast() ? addDetached(room, found) : room,
    );
    if (!isLast()) return "overtaken";
    return page ? "shown" : "failed";
  }

  /** Shows the newest messages again. */
  function leaveDetached(chat: ChatId): void {
    requests.delete(chat);
    if (state.rooms[chat]?.detached) setState("rooms", chat, "detached", null);
  }

  return { loadAround, loadUnread, openAtUnread, leaveDetached };
}

const has = (messages: readonly Message[], seq: number) => messages.some((one) => one.seq === seq);
