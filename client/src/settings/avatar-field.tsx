import { LIMITS } from "@parley/contracts/limits";
import { createSignal, Show } from "solid-js";
import { useShell } from "../app/shell.tsx";
import { dialogWords as d } from "../i18n/dialog-words.ts";
import { entryWords } from "../i18n/entry-words.ts";
import { Avatar } from "../people/avatar.tsx";
import { createAttempt } from "../ui/attempt.ts";
import { ProblemLine } from "../ui/problem-line.tsx";
import "./avatar-field.css";

/** Sets or removes the picture of the signed-in user. */
export function AvatarField() {
  const { session } = useShell();
  const attempt = createAttempt();
  const [isTooLarge, setIsTooLarge] = createSignal(false);
  let input!: HTMLInputElement;

  function chosen(): void {
    const file = input.files?.[0];
    // Cleared, because choosing the same file again after a failure must fire a change event.
    input.value = "";
    if (!file) return;
    setIsTooLarge(file.size > LIMITS.maxAvatarBytes);
    if (!isTooLarge()) void attempt.run(() => session.people.setAvatar(file));
  }

  const problem = () => (isTooLarge() ? entryWords().problems.too_large : attempt.problem());
  return (
    <div class="avatar-field">
      <Avatar user={session.me()} size="large" />
      <div>
        <div class="avatar-actions">
          <label class="button plain" aria-busy={attempt.busy()}>
            {d().uploadAvatar}
            <input
              ref={(element) => {
                input = element;
              }}
              type="file"
              class="visually-hidden"
              accept="image/png,image/jpeg,image/webp,image/gif"
              onChange={chosen}
            />
          </label>
          <Show when={session.me()?.avatar}>
            <button
              type="button"
              class="button quiet"
              onClick={() => void attempt.run(() => session.people.setAvatar(null))}
            >
              {d().removeAvatar}
            </button>
          </Show>
        </div>
        <p class="hint">{d().avatarHint}</p>
        <ProblemLine text={problem()} />
      </div>
    </div>
  );
}
