import { createSignal, For, Show } from "solid-js";
import { dialogWords as d } from "../i18n/dialog-words.ts";
import "./emoji-picker.css";

const COMMON = ["👍", "❤️", "😂", "🎉", "😮", "😢", "🙏", "👀"];

/** One emoji, with all its modifiers and joiners (UTS #51). */
const ONE_EMOJI = /^\p{RGI_Emoji}$/v;

/** Buttons for common emoji, and a field for any other. */
export function EmojiPicker(props: { onPick: (emoji: string) => void }) {
  const [other, setOther] = createSignal("");
  const [isTried, setIsTried] = createSignal(false);
  const pickOther = () => {
    setIsTried(true);
    if (ONE_EMOJI.test(other().trim())) props.onPick(other().trim());
  };
  return (
    <div class="emoji-picker">
      <div class="emojis">
        <For each={COMMON}>
          {(emoji) => (
            <button type="button" class="emoji" onClick={() => props.onPick(emoji)}>
              {emoji}
            </button>
          )}
        </For>
      </div>
      <form
        class="emoji-other"
        onSubmit={(event) => {
          event.preventDefault();
          pickOther();
        }}
      >
        <input
          class="input"
          aria-label={d().otherEmoji}
          placeholder={d().otherEmoji}
          autocomplete="off"
          enterkeyhint="done"
          value={other()}
          onInput={(event) => {
            setOther(event.currentTarget.value);
            setIsTried(false);
          }}
        />
        <button type="submit" class="button plain" disabled={other().trim() === ""}>
          {d().add}
        </button>
      </form>
      <Show when={isTried()}>
        <p class="problem" role="alert">
          {d().oneEmoji}
        </p>
      </Show>
    </div>
  );
}
