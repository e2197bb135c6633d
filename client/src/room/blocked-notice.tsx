import type { Block } from "@parley/contracts/blocks";
import { createSignal, Show } from "solid-js";
import { useShell } from "../app/shell.tsx";
import { ApiError } from "../engine/api/request.ts";
import { chatWords as t } from "../i18n/chat-words.ts";
import { problemText } from "../i18n/problem-text.ts";
import { blockText } from "../people/block-text.ts";
import "./blocked-notice.css";

/** Replaces the composer in a direct chat whose other person the user blocked. */
export function BlockedNotice(props: { block: Block }) {
  const { session } = useShell();
  const [problem, setProblem] = createSignal<string>();
  const unblock = async () => {
    try {
      await session.people.unblock(props.block.user.id);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setProblem(problemText(error));
    }
  };
  return (
    <div class="blocked-notice">
      <p>
        {t().blockedLine(props.block.user.displayName)}{" "}
        <Show when={props.block.expiresAt}>
          <span class="soft">{blockText(props.block)}.</span>
        </Show>
        <Show when={problem()}>
          <span class="problem" role="alert">
            {" "}
            {problem()}
          </span>
        </Show>
      </p>
      <button type="button" class="button plain" onClick={() => void unblock()}>
        {t().unblock}
      </button>
    </div>
  );
}
