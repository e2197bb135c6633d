/** What Unicode recommends for interchange (UTS #51, ED-27), families, flags and skin tones included. */
const RECOMMENDED = /^\p{RGI_Emoji}$/v;
/** One that is newer than this runtime's Unicode. */
const PICTOGRAPH = /^\p{Extended_Pictographic}$/u;
/** Asks for the colourful form of a character that is text by default. */
const VARIATION_SELECTOR = "\uFE0F";

/**
 * Reads a text as one emoji, in the form that is kept: ❤ and ❤️ are the same.
 * @returns null when it is none, or more than one.
 */
export function readEmoji(text: string): string | null {
  if (RECOMMENDED.test(text)) return text;
  const colourful = text + VARIATION_SELECTOR;
  if (RECOMMENDED.test(colourful)) return colourful;
  return PICTOGRAPH.test(text) ? text : null;
}
