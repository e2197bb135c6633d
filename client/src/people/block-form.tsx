import { createSignal, For, Show } from "solid-js";
import { useShell } from "../app/shell.tsx";
import { chatWords as t } from "../i18n/chat-words.ts";
import { dialogWords as d } from "../i18n/dialog-words.ts";
import { createAttempt } from "../ui/attempt.ts";
import { Choice } from "../ui/choice.tsx";
import { ProblemLine } from "../ui/problem-line.tsx";
import { personName } from "./person.ts";
import "./block-form.css";
import type { UserId } from "@parley/contracts/ids";

const SECONDS_PER_UNIT = { seconds: 1, minutes: 60, hours: 3_600, days: 86_400 } as const;
type Unit = keyof typeof SECONDS_PER_UNIT;

/** Blocks a user, for a time or until the block is removed. */
export function BlockForm(props: { user: UserId; onDone: () => void; onCancel: () => void }) {
  const { session } = useShell();
  const attempt = createAttempt();
  const [length, setLength] = createSignal<"good" | "time">("good");
  const [amount, setAmount] = createSignal(1);
  const [unit, setUnit] = createSignal<Unit>("hours");

  async function block(): Promise<void> {
    const user = props.user;
    const seconds = length() === "good" ? null : amount() * SECONDS_PER_UNIT[unit()];
    if (await attempt.run(() => session.people.block(user, seconds))) props.onDone();
  }

  return (
    <form
      class="stack block-form"
      onSubmit={(event) => {
        event.preventDefault();
        void block();
      }}
    >
      <Choice
        label={d().blockTitle(personName(session, props.user))}
        value={length()}
        onChoose={setLength}
        options={[
          { value: "good", label: d().forGood },
          { value: "time", label: d().forTime },
        ]}
      />
      <Show when={length() === "time"}>
        <div class="duration">
          <input
            type="number"
            class="input"
            aria-label={d().amount}
            min="1"
            max="999"
            required
            inputmode="numeric"
            value={amount()}
            onInput={({ currentTarget }) => {
              // An empty field has no amount; the form can't be submitted then.
              if (currentTarget.value !== "") setAmount(currentTarget.valueAsNumber);
            }}
          />
          <select
            class="input"
            aria-label={d().unit}
            onChange={(event) => setUnit(event.currentTarget.value as Unit)}
          >
            <For each={Object.keys(SECONDS_PER_UNIT) as Unit[]}>
              {(each) => (
                <option value={each} selected={each === unit()}>
                  {d()[each](amount())}
                </option>
              )}
            </For>
          </select>
        </div>
      </Show>
      <p class="soft small-text">{d().blockHint}</p>
      <ProblemLine text={attempt.problem()} />
      <div class="actions">
        <button type="button" class="button quiet" onClick={() => props.onCancel()}>
          {t().cancel}
        </button>
        <button type="submit" class="button danger" aria-busy={attempt.busy()}>
          {t().block}
        </button>
      </div>
    </form>
  );
}
