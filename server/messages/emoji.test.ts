import { expect, test } from "bun:test";
import { readEmoji } from "./emoji.ts";

test.each(["👍", "❤️", "👩🏻‍❤️‍💋‍👨🏻", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "1️⃣", "🇨🇿", "👋🏽", "\u{1FAFF}"])(
  "The text %s is one emoji",
  (text) => {
    expect(readEmoji(text)).toBe(text);
  },
);

test("An emoji whose default form is text is stored in its colourful form", () => {
  expect(readEmoji("❤")).toBe("❤️");
});

test.each(["", "a", "1", "👍👍", "👍 ", "ok👍", "🇨", "\uFE0F", "👩🏻‍", "<b>"])(
  "The text %j is not one emoji",
  (text) => {
    expect(readEmoji(text)).toBeNull();
  },
);
