import { entryWords as t } from "../i18n/entry-words.ts";
import { Field } from "../ui/field.tsx";

interface AccountFieldProps {
  hint?: string;
  value: string;
  problem: string | undefined;
  onValue: (value: string) => void;
}

export function UsernameField(props: AccountFieldProps) {
  return (
    <Field
      label={t().username}
      hint={props.hint}
      name="username"
      autocomplete="username"
      autocapitalize="none"
      spellcheck={false}
      value={props.value}
      problem={props.problem}
      onInput={(event) => props.onValue(event.currentTarget.value)}
    />
  );
}

/** @param props.isNew tells password managers to propose one. */
export function PasswordField(props: AccountFieldProps & { isNew?: boolean }) {
  return (
    <Field
      label={t().password}
      hint={props.hint}
      name="password"
      type="password"
      autocomplete={props.isNew ? "new-password" : "current-password"}
      value={props.value}
      problem={props.problem}
      onInput={(event) => props.onValue(event.currentTarget.value)}
    />
  );
}
