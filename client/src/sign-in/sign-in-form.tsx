import { createUniqueId, type JSX, onMount, Show } from "solid-js";
import { Logo } from "../ui/logo.tsx";
import "./sign-in.css";

interface SignInFormProps {
  title: string;
  hint: string;
  button: string;
  busy: boolean;
  problem: string | undefined;
  onSubmit: () => void;
  foot: JSX.Element;
  children: JSX.Element;
}

/** The form of the sign-in and of the registration. */
export function SignInForm(props: SignInFormProps) {
  const id = createUniqueId();
  let form!: HTMLFormElement;
  // Not by `autofocus`, which works once a document: these pages follow each other in one.
  onMount(() => form.querySelector("input")?.focus());
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!props.busy) props.onSubmit();
  };
  return (
    <main class="sign-in">
      <form
        ref={(element) => {
          form = element;
        }}
        class="sign-in-card"
        novalidate
        onSubmit={submit}
        aria-labelledby={id}
      >
        <Logo class="large" />
        <h1 id={id}>{props.title}</h1>
        <p class="lead">{props.hint}</p>
        {props.children}
        <Show when={props.problem}>
          <p class="problem" role="alert">
            {props.problem}
          </p>
        </Show>
        <button type="submit" class="button primary wide" aria-busy={props.busy}>
          {props.button}
        </button>
        <p class="foot">{props.foot}</p>
      </form>
    </main>
  );
}
