import { type JSX, splitProps } from "solid-js";

interface SearchFieldProps extends JSX.InputHTMLAttributes<HTMLInputElement> {
  /** Names the field, and stands in it while it is empty. */
  label: string;
  onQuery: (query: string) => void;
}

/** The search field of a dialog, which takes the focus when the dialog opens. */
export function SearchField(props: SearchFieldProps) {
  const [own, input] = splitProps(props, ["label", "onQuery"]);
  return (
    <input
      type="search"
      class="input"
      aria-label={own.label}
      placeholder={own.label}
      autocomplete="off"
      autofocus
      onInput={(event) => own.onQuery(event.currentTarget.value)}
      {...input}
    />
  );
}
