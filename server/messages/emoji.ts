/** Emojis that Unicode recommends for interchange (UTS #51, ED-27), with families, flags and skin tones. */
const RECOMMENDED = /^\p{RGI_Emoji}$/v;
/** A single emoji that is newer than the Unicode version of this runtime. */
const PICTOGRAPH = /^\p{Extended_Pictographic}$/u;
/** Selects the colourful form of a character whose default form is text (UTS #51, ED-9). */
const VARIATION_SELECTOR = "\uFE0F";

/**
 * Parses a text as one emoji, in its colourful form: ❤ and ❤️ are the same emoji.
 * @returns null when the text is not exactly one emoji.
 */
export function readEmoji(text: string): string | null {
  if (RECOMMENDED.test(text)) return text;
  const colourful = text + VARIATION_SELECTOR;
  if (RECOMMENDED.test(colourful)) return colourful;
  return PICTOGRAPH.test(text) ? text : null;
}
