import { createUniqueId, type JSX, Show, splitProps } from "solid-js";

interface FieldProps extends JSX.InputHTMLAttributes<HTMLInputElement> {
  label: string;
  hint?: string | undefined;
  problem?: string | undefined;
}

/** A labelled input, described by its hint or its error text (`aria-describedby`). */
export function Field(props: FieldProps) {
  const id = createUniqueId();
  const [own, input] = splitProps(props, ["label", "hint", "problem"]);
  const note = () => own.problem ?? own.hint;
  return (
    <div class="field">
      <label for={id}>{own.label}</label>
      <input
        {...input}
        id={id}
        class="input"
        aria-invalid={own.problem ? "true" : undefined}
        aria-describedby={note() ? `${id}-note` : undefined}
      />
      <Show when={note()}>
        <p id={`${id}-note`} class={own.problem ? "problem" : "hint"}>
          {note()}
        </p>
      </Show>
    </div>
  );
}
