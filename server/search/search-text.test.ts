import { expect, test } from "bun:test";
import fc from "fast-check";
import { createHighlight, highlightAll } from "./highlight.ts";
import { encodePlace, parseBefore } from "./search-cursor.ts";
import { isIndexed, searchTerms } from "./search-terms.ts";

const highlight = (body: string, terms: readonly string[]) => createHighlight(terms)(body);
const text = (html: string) =>
  html
    .replace(/<\/?mark>/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");

test("A query is split into its terms, each once", () => {
  expect(searchTerms("  lane\t4  lane ")).toEqual(["lane", "4"]);
});

test.each([
  ["boat", true],
  ["日本語", true],
  ["a boat", true],
  ["日本", false],
  ["a-b-c", false],
])("The index knows a term of %j: %p", (query, known) => {
  expect(isIndexed(searchTerms(query))).toBe(known);
});

test("A short body is shown whole, and each match is marked in any case", () => {
  expect(highlight("Lane four,\nthe LANE", ["lane", "four"])).toBe(
    "<mark>Lane</mark> <mark>four</mark>, the <mark>LANE</mark>",
  );
  expect(highlight("ПРИВЕТ", ["привет"])).toBe("<mark>ПРИВЕТ</mark>");
  expect(highlight("boats", ["boat", "boats"])).toBe("<mark>boats</mark>");
});

test("Markup in a body or a query is escaped", () => {
  expect(highlight("<b>a & 'b'</b>", ["<b>"])).toBe(
    "<mark>&lt;b&gt;</mark>a &amp; &#39;b&#39;&lt;/b&gt;",
  );
  expect(highlight("a.c abc (", ["a.c", "("])).toBe("<mark>a.c</mark> abc <mark>(</mark>");
});

test("A long body is cut to the part around its first match", () => {
  const html = highlight(`${"🚣 ".repeat(300)}needle${" hay".repeat(300)}`, ["needle"]);
  expect(html).toContain("<mark>needle</mark>");
  expect(html).toStartWith("…");
  expect(html).toEndWith("…");
  expect([...text(html)]).toHaveLength(200);
});

test("A long body is cut around a match in any case, and one whose case changes its length as it is", () => {
  expect(highlight(`${"o".repeat(400)} NEEDLE`, ["needle"])).toEndWith("<mark>NEEDLE</mark>");
  expect(highlight(`${"İ".repeat(400)} needle`, ["needle"])).toEndWith("<mark>needle</mark>");
});

test("Other events are handled while the hits of a page are highlighted, however long they are", async () => {
  const terms = Array.from({ length: 16 }, (_, n) => `${"а".repeat(10)}${n}`);
  const bodies = Array.from({ length: 1_000 }, () => `${"А".repeat(3_980)} ${terms[0]}`);
  let [turns, isDone] = [0, false];
  const count = () => {
    turns++;
    if (!isDone) setImmediate(count);
  };
  setImmediate(count);
  const highlights = await highlightAll(bodies, terms);
  isDone = true;
  expect(highlights.at(-1)).toContain("<mark>");
  expect(turns).toBeGreaterThan(5);
});

test("A snippet has no markup but marks, and at most 200 characters", () => {
  const body = fc.string({ unit: fc.constantFrom(..."<>&\"' ab🚣é\n"), maxLength: 500 });
  const terms = fc.array(fc.stringMatching(/^[<>&ab🚣]{1,3}$/u), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(body, terms, (words, looked) => {
      const html = highlight(words, looked);
      expect(html.replace(/<mark>|<\/mark>/g, "")).not.toMatch(/[<>"']|&(?!(amp|lt|gt|quot|#39);)/);
      expect([...text(html)].length).toBeLessThanOrEqual(200);
      if (words.length <= 200) expect(text(html)).toBe(words.replace(/\s+/gu, " ").trim());
    }),
  );
});

test("A place is parsed from its encoding, and from no other text", () => {
  const place = { created_at: new Date(1_767_225_600_123), chat_id: crypto.randomUUID(), seq: 77 };
  expect(parseBefore(encodePlace(place))).toEqual(place);
  for (const word of ["", "x", encodePlace(place).slice(1), btoa("1 2 3"), btoa("' or 1=1")])
    expect(parseBefore(word)).toBeNull();
});
