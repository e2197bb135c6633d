import type { JSX } from "solid-js";

interface StackFormProps {
  class?: string;
  onSubmit: () => void;
  children: JSX.Element;
}

/** A form whose fields stand below each other, and whose own rules explain what is missing. */
export function StackForm(props: StackFormProps) {
  return (
    <form
      class={`stack ${props.class ?? ""}`}
      novalidate
      onSubmit={(event) => {
        event.preventDefault();
        props.onSubmit();
      }}
    >
      {props.children}
    </form>
  );
}
