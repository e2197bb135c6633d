import { LIMITS } from "@parley/contracts/limits";
import type { User } from "@parley/contracts/users";
import { createSignal } from "solid-js";
import { dialogWords as d } from "../i18n/dialog-words.ts";
import { PeoplePicker } from "../people/people-picker.tsx";
import { Field } from "../ui/field.tsx";
import { ProblemLine } from "../ui/problem-line.tsx";
import { StackForm } from "../ui/stack-form.tsx";
import { createChatCreation } from "./chat-creation.ts";

/** Creates a group: a name and its members. */
export function GroupForm() {
  const [name, setName] = createSignal("");
  const [people, setPeople] = createSignal<User[]>([]);
  const [isTried, setIsTried] = createSignal(false);
  const creation = createChatCreation();
  const isNameless = () => name().trim() === "";

  function pick(user: User): void {
    setPeople((now) =>
      now.some(({ id }) => id === user.id)
        ? now.filter(({ id }) => id !== user.id)
        : [...now, user],
    );
  }

  function create(): void {
    setIsTried(true);
    if (isNameless() || people().length === 0) return;
    const members = people().map(({ id }) => id);
    creation.create({ kind: "group", name: name().trim(), members });
  }

  return (
    <StackForm onSubmit={create}>
      <Field
        label={d().groupName}
        name="name"
        autocomplete="off"
        maxlength={LIMITS.chatName.max}
        value={name()}
        problem={isTried() && isNameless() ? d().nameMissing : undefined}
        onInput={(event) => setName(event.currentTarget.value)}
      />
      <PeoplePicker chosen={people()} onPick={pick} />
      <ProblemLine
        text={isTried() && people().length === 0 ? d().peopleMissing : creation.problem()}
      />
      <div class="actions">
        <button type="submit" class="button primary" aria-busy={creation.busy()}>
          {d().createGroup}
        </button>
      </div>
    </StackForm>
  );
}
