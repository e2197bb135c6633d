import { Show } from "solid-js";

/** An error text, which screen readers announce when it appears. */
export function ProblemLine(props: { text: string | undefined }) {
  return (
    <Show when={props.text}>
      <p class="problem" role="alert">
        {props.text}
      </p>
    </Show>
  );
}
