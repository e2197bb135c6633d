import { Show } from "solid-js";

/** What went wrong, said aloud by screen readers as it appears. */
export function ProblemLine(props: { text: string | undefined }) {
  return (
    <Show when={props.text}>
      <p class="problem" role="alert">
        {props.text}
      </p>
    </Show>
  );
}
