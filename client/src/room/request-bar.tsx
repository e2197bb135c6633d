import type { Chat } from "@parley/contracts/chats";
import type { UserId } from "@parley/contracts/ids";
import { onCleanup, untrack } from "solid-js";
import { useShell } from "../app/shell.tsx";
import { chatName } from "../chat-list/chat-name.ts";
import { chatWords as t } from "../i18n/chat-words.ts";
import { createAttempt } from "../ui/attempt.ts";
import { ProblemLine } from "../ui/problem-line.tsx";
import "./request-bar.css";

/** Replaces the composer in a request: accepts it, declines it, or blocks the person behind it. */
export function RequestBar(props: { chat: Chat }) {
  const { session, show, go } = useShell();
  const attempt = createAttempt();

  function accept(): void {
    const { id } = props.chat;
    void attempt.run(() => session.chats.accept(id));
  }

  function decline(): void {
    const { id } = props.chat;
    void attempt.run(() => session.chats.leave(id));
  }

  function block(): void {
    const { chat } = props;
    void attempt.run(async () => {
      const user = await strangerOf(chat);
      if (user !== undefined) show({ kind: "person", user, isBlocking: true });
    });
  }

  /** The other person of a direct chat. Of a group, its owner: the request does not say who asked. */
  async function strangerOf({ id, peer }: Chat): Promise<UserId | undefined> {
    if (peer) return peer.id;
    const members = await session.chats.members(id);
    return members.find(({ role }) => role === "owner")?.user.id;
  }

  // The request was declined, by a block too, or its maker took it back.
  const id = untrack(() => props.chat.id);
  onCleanup(() => session.state.rooms[id] || go(null));
  const name = () => chatName(session, props.chat);
  return (
    <section class="request-bar" aria-label={t().request}>
      <p dir="auto">
        {props.chat.kind === "direct" ? t().directRequest(name()) : t().groupRequest(name())}
      </p>
      <ProblemLine text={attempt.problem()} />
      <div class="request-actions">
        <button type="button" class="button danger" onClick={block}>
          {t().block}
        </button>
        <button type="button" class="button plain" onClick={decline}>
          {t().decline}
        </button>
        <button type="button" class="button primary" aria-busy={attempt.busy()} onClick={accept}>
          {t().accept}
        </button>
      </div>
    </section>
  );
}
