import { createEffect, createSignal } from "solid-js";
import { signIn } from "../engine/sign-in/sign-in.ts";
import { entryWords as t } from "../i18n/entry-words.ts";
import { problemText } from "../i18n/problem-text.ts";
import type { PageProps } from "../navigation/address.ts";
import { Link } from "../navigation/link.tsx";
import { PasswordField, UsernameField } from "./account-fields.tsx";
import { SignInForm } from "./sign-in-form.tsx";
import { createSignInForm, type Problems } from "./sign-in-form-state.ts";

type Name = "username" | "password";

export default function LoginPage(props: PageProps) {
  const [username, setUsername] = createSignal("");
  const [password, setPassword] = createSignal("");
  const { busy, problems, submit } = createSignInForm<Name>({
    check: () => ({
      ...(username().trim() === "" && { username: t().usernameMissing }),
      ...(password() === "" && { password: t().passwordMissing }),
    }),
    send: () => signIn({ username: username(), password: password() }),
    explain: (error): Problems<Name> => {
      const text = problemText(error);
      return error.code === "invalid_credentials" ? { password: text } : { form: text };
    },
  });
  createEffect(() => {
    document.title = `${t().signIn} · Parley`;
  });
  return (
    <SignInForm
      title={t().welcomeBack}
      hint={t().welcomeBackHint}
      button={t().signIn}
      busy={busy()}
      problem={problems().form}
      onSubmit={submit}
      foot={
        <>
          {t().newHere} <Link href={`/register${props.address.search}`}>{t().createAccount}</Link>
        </>
      }
    >
      <UsernameField value={username()} problem={problems().username} onValue={setUsername} />
      <PasswordField value={password()} problem={problems().password} onValue={setPassword} />
    </SignInForm>
  );
}
