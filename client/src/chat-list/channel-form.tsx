import type { Visibility } from "@parley/contracts/chats";
import { LIMITS } from "@parley/contracts/limits";
import { createSignal } from "solid-js";
import { dialogWords as d } from "../i18n/dialog-words.ts";
import { Choice } from "../ui/choice.tsx";
import { Field } from "../ui/field.tsx";
import { ProblemLine } from "../ui/problem-line.tsx";
import { StackForm } from "../ui/stack-form.tsx";
import { createChatCreation } from "./chat-creation.ts";

/** Creates a channel: name, topic and visibility. */
export function ChannelForm() {
  const [name, setName] = createSignal("");
  const [topic, setTopic] = createSignal("");
  const [visibility, setVisibility] = createSignal<Visibility>("public");
  const [isTried, setIsTried] = createSignal(false);
  const creation = createChatCreation();
  const plainName = () =>
    name()
      .trim()
      .replace(/^#+\s*/, "");

  function create(): void {
    setIsTried(true);
    if (plainName() === "") return;
    const about = { name: plainName(), topic: topic().trim(), visibility: visibility() };
    creation.create({ kind: "channel", ...about });
  }

  return (
    <StackForm onSubmit={create}>
      <Field
        label={d().name}
        hint={d().channelNameHint}
        name="name"
        autocomplete="off"
        maxlength={LIMITS.chatName.max}
        autofocus
        value={name()}
        problem={isTried() && plainName() === "" ? d().nameMissing : undefined}
        onInput={(event) => setName(event.currentTarget.value)}
      />
      <Field
        label={d().topic}
        hint={d().topicHint}
        name="topic"
        autocomplete="off"
        maxlength={LIMITS.topic.max}
        value={topic()}
        onInput={(event) => setTopic(event.currentTarget.value)}
      />
      <Choice
        label={d().visibility}
        value={visibility()}
        onChoose={setVisibility}
        options={[
          { value: "public", label: d().publicChannel, hint: d().publicChannelHint },
          { value: "private", label: d().privateChannel, hint: d().privateChannelHint },
        ]}
      />
      <ProblemLine text={creation.problem()} />
      <div class="actions">
        <button type="submit" class="button primary" aria-busy={creation.busy()}>
          {d().createChannel}
        </button>
      </div>
    </StackForm>
  );
}
