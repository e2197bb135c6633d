import { expect, test } from "bun:test";
import { readHighlight } from "./highlight.ts";

test("Marks become parts, and entities become text", () => {
  expect(
    readHighlight("a &lt;b&gt; &amp;lt; <mark>boats</mark> &#39;n&#x27; &quot;oars&quot;"),
  ).toEqual([
    { text: "a <b> &lt; ", isMarked: false },
    { text: "boats", isMarked: true },
    { text: " 'n' \"oars\"", isMarked: false },
  ]);
});

test("Other markup stays text", () => {
  expect(readHighlight("<img src=x onerror=alert(1)>")).toEqual([
    { text: "<img src=x onerror=alert(1)>", isMarked: false },
  ]);
  expect(readHighlight("<mark>open")).toEqual([{ text: "<mark>open", isMarked: false }]);
  expect(readHighlight("&bogus; &#99999999;")).toEqual([
    { text: "&bogus; &#99999999;", isMarked: false },
  ]);
});
