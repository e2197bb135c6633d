import { createUniqueId, For, Show } from "solid-js";
import "./choice.css";

interface ChoiceProps<Value extends string> {
  label: string;
  value: Value;
  options: { value: Value; label: string; hint?: string }[];
  onChoose: (value: Value) => void;
}

/** A group of radio buttons. */
export function Choice<Value extends string>(props: ChoiceProps<Value>) {
  const name = createUniqueId();
  return (
    <fieldset class="choice">
      <legend class="label">{props.label}</legend>
      <div class="choice-options">
        <For each={props.options}>
          {(option) => (
            <label class="choice-option">
              <input
                type="radio"
                name={name}
                checked={props.value === option.value}
                onChange={() => props.onChoose(option.value)}
              />
              <span>
                {option.label}
                <Show when={option.hint}>
                  <small>{option.hint}</small>
                </Show>
              </span>
            </label>
          )}
        </For>
      </div>
    </fieldset>
  );
}
