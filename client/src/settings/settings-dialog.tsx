import { LIMITS } from "@parley/contracts/limits";
import { createSignal, createUniqueId, Show, untrack } from "solid-js";
import { useShell } from "../app/shell.tsx";
import { deviceStorage } from "../engine/storage/device-storage.ts";
import { chatWords as t } from "../i18n/chat-words.ts";
import { dialogWords as d } from "../i18n/dialog-words.ts";
import { chooseLanguage, language } from "../i18n/language.ts";
import type { Language } from "../i18n/pick-language.ts";
import { createAttempt } from "../ui/attempt.ts";
import { Choice } from "../ui/choice.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";
import { ProblemLine } from "../ui/problem-line.tsx";
import { StackForm } from "../ui/stack-form.tsx";
import { AvatarField } from "./avatar-field.tsx";
import { chooseTheme, theme } from "./theme.ts";
import "./settings-dialog.css";

/** The profile of the signed-in user, and the language and theme of the page. */
export function SettingsDialog() {
  const { session, show } = useShell();
  const [isMissing, setIsMissing] = createSignal(false);

  async function choose(chosen: Language): Promise<void> {
    try {
      await chooseLanguage(chosen, deviceStorage());
    } catch {
      return void setIsMissing(true);
    }
    setIsMissing(false);
    // The server stores the language too, but this page does not depend on the response.
    await session.people.changeProfile({ locale: chosen }).catch(() => {});
  }

  return (
    <Dialog title={t().settings} onClose={() => show(null)}>
      <AvatarField />
      <ProfileForm />
      <Choice
        label={d().language}
        value={language()}
        onChoose={(chosen) => void choose(chosen)}
        options={[
          { value: "en", label: "English" },
          { value: "ru", label: "Русский" },
        ]}
      />
      <ProblemLine text={isMissing() ? t().dialogNotLoaded : undefined} />
      <Choice
        label={d().theme}
        value={theme()}
        onChoose={chooseTheme}
        options={[
          { value: "system", label: d().themes.system },
          { value: "light", label: d().themes.light },
          { value: "dark", label: d().themes.dark },
        ]}
      />
    </Dialog>
  );
}

function ProfileForm() {
  const { session } = useShell();
  const id = createUniqueId();
  const attempt = createAttempt();
  const [name, setName] = createSignal(untrack(() => session.me()?.displayName ?? ""));
  const [bio, setBio] = createSignal(untrack(() => session.me()?.bio ?? ""));
  const [isTried, setIsTried] = createSignal(false);
  const isNameless = () => name().trim() === "";
  const isChanged = () =>
    name().trim() !== session.me()?.displayName || bio().trim() !== session.me()?.bio;

  function save(): void {
    setIsTried(true);
    if (isNameless() || !isChanged()) return;
    const change = { displayName: name().trim(), bio: bio().trim() };
    void attempt.run(() => session.people.changeProfile(change));
  }

  return (
    <StackForm class="settings-form" onSubmit={save}>
      <Field
        label={t().displayName}
        name="displayName"
        autocomplete="name"
        maxlength={LIMITS.displayName.max}
        value={name()}
        problem={isTried() && isNameless() ? d().displayNameMissing : undefined}
        onInput={(event) => setName(event.currentTarget.value)}
      />
      <div class="field">
        <label for={id}>{d().about}</label>
        <textarea
          id={id}
          class="input"
          rows="3"
          maxlength={LIMITS.bio.max}
          value={bio()}
          onInput={(event) => setBio(event.currentTarget.value)}
        />
      </div>
      <ProblemLine text={attempt.problem()} />
      <div class="actions">
        <Show when={isTried() && !isChanged() && !attempt.busy()}>
          <span class="soft" role="status">
            {d().saved}
          </span>
        </Show>
        <button
          type="submit"
          class="button primary"
          disabled={!isChanged()}
          aria-busy={attempt.busy()}
        >
          {t().save}
        </button>
      </div>
    </StackForm>
  );
}
