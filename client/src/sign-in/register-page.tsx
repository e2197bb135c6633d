import { LIMITS } from "@parley/contracts/limits";
import { createEffect, createSignal } from "solid-js";
import type { ApiError } from "../engine/api/request.ts";
import { createAccount } from "../engine/sign-in/sign-in.ts";
import { entryWords as t } from "../i18n/entry-words.ts";
import { problemText } from "../i18n/problem-text.ts";
import type { PageProps } from "../navigation/address.ts";
import { Link } from "../navigation/link.tsx";
import { Field } from "../ui/field.tsx";
import { PasswordField, UsernameField } from "./account-fields.tsx";
import { SignInForm } from "./sign-in-form.tsx";
import { createSignInForm, type Problems } from "./sign-in-form-state.ts";

type Name = "username" | "displayName" | "password";

export default function RegisterPage(props: PageProps) {
  const [username, setUsername] = createSignal("");
  const [displayName, setDisplayName] = createSignal("");
  const [password, setPassword] = createSignal("");
  const { busy, problems, submit } = createSignInForm<Name>({
    check: () => ({
      ...(!/^[a-z0-9_.-]{3,32}$/i.test(username().trim()) && { username: t().usernameWrong }),
      ...(password().length < LIMITS.password.min && { password: t().passwordShort }),
    }),
    send: () => createAccount(account(username(), displayName(), password())),
    explain,
  });
  createEffect(() => {
    document.title = `${t().createAccount} · Parley`;
  });
  return (
    <SignInForm
      title={t().newAccount}
      hint={t().newAccountHint}
      button={t().createAccount}
      busy={busy()}
      problem={problems().form}
      onSubmit={submit}
      foot={
        <>
          {t().haveAccount} <Link href={`/login${props.address.search}`}>{t().signIn}</Link>
        </>
      }
    >
      <UsernameField
        hint={t().usernameHint}
        value={username()}
        problem={problems().username}
        onValue={setUsername}
      />
      <Field
        label={t().displayName}
        hint={t().displayNameHint}
        name="displayName"
        autocomplete="name"
        maxlength={LIMITS.displayName.max}
        value={displayName()}
        problem={problems().displayName}
        onInput={(event) => setDisplayName(event.currentTarget.value)}
      />
      <PasswordField
        isNew
        hint={t().passwordHint}
        value={password()}
        problem={problems().password}
        onValue={setPassword}
      />
    </SignInForm>
  );
}

function account(username: string, displayName: string, password: string) {
  const name = displayName.trim();
  return { username: username.trim(), password, ...(name !== "" && { displayName: name }) };
}

function explain(error: ApiError): Problems<Name> {
  if (error.code === "username_taken") return { username: problemText(error) };
  const wrong: Problems<Name> = {};
  for (const { path } of error.fields) {
    if (path === "username") wrong.username = t().usernameWrong;
    if (path === "displayName") wrong.displayName = t().displayNameWrong;
    // The least length was checked before, so the password is one that a stranger would try first.
    if (path === "password") wrong.password = t().passwordWeak;
  }
  return Object.keys(wrong).length > 0 ? wrong : { form: problemText(error) };
}
