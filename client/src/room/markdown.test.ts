import { expect, test } from "bun:test";
import { type Inline, parseMarkdown } from "./markdown.ts";

/** The nodes of a body that is one paragraph. */
function inline(body: string): Inline[] {
  const [block, ...rest] = parseMarkdown(body);
  expect(rest).toEqual([]);
  return block?.kind === "paragraph" ? block.children : [];
}
const text = (value: string): Inline => ({ kind: "text", text: value });
const link = (href: string, label = href): Inline => ({
  kind: "link",
  href,
  children: [text(label)],
});

test("Strong, emphasis, strike and code become nodes", () => {
  expect(inline("**a** *b* _c_ ~~d~~ `e`")).toEqual([
    { kind: "strong", children: [text("a")] },
    text(" "),
    { kind: "emphasis", children: [text("b")] },
    text(" "),
    { kind: "emphasis", children: [text("c")] },
    text(" "),
    { kind: "strike", children: [text("d")] },
    text(" "),
    { kind: "code", text: "e" },
  ]);
});

test("Inline nodes nest, but not in code", () => {
  expect(inline("**a *b***")[0]).toMatchObject({ kind: "strong" });
  expect(inline("`**a**`")).toEqual([{ kind: "code", text: "**a**" }]);
});

test("A product and a snake_case_name stay text", () => {
  expect(inline("2*3*4 and snake_case_name")).toEqual([text("2*3*4 and snake_case_name")]);
});

test("A backslash escapes syntax", () => {
  expect(inline("\\*a\\*")).toEqual([text("*"), text("a"), text("*")]);
});

test("URLs become links, without the punctuation after them", () => {
  expect(inline("See https://example.org/a(b).")).toEqual([
    text("See "),
    link("https://example.org/a(b)"),
    text("."),
  ]);
  expect(inline("(https://example.org)")).toEqual([
    text("("),
    link("https://example.org"),
    text(")"),
  ]);
  expect(inline("[here](https://example.org)")).toEqual([link("https://example.org", "here")]);
});

test("A link to a script stays text", () => {
  expect(inline("[a](javascript:alert(1))")).toEqual([text("[a](javascript:alert(1))")]);
  expect(inline("[a](data:text/html,x)")).toEqual([text("[a](data:text/html,x)")]);
});

test("HTML stays text", () => {
  expect(inline("<img src=x onerror=alert(1)>")).toEqual([text("<img src=x onerror=alert(1)>")]);
});

test("A mention ends before punctuation, and a mail address holds none", () => {
  expect(inline("Ask @Mira.")).toEqual([
    text("Ask "),
    { kind: "mention", name: "mira", text: "@Mira" },
    text("."),
  ]);
  expect(inline("mira@example.org")).toEqual([text("mira@example.org")]);
});

test("A fence between paragraphs keeps its text and its language", () => {
  expect(parseMarkdown("before\n```ts\nconst a = 1;\n\n*b*\n```\nafter")).toEqual([
    { kind: "paragraph", children: [text("before")] },
    { kind: "fence", language: "ts", text: "const a = 1;\n\n*b*" },
    { kind: "paragraph", children: [text("after")] },
  ]);
});

test("A fence without an end runs to the end of the body", () => {
  expect(parseMarkdown("```\na")).toEqual([{ kind: "fence", language: "", text: "a" }]);
});

test("A body that is made to be slow is parsed at once", () => {
  for (const part of ["a **b ", "[a](", "_a ", "`", "https://a(", "~~a ", "```\n"]) {
    const blocks = parseMarkdown(part.repeat(4_000 / part.length));
    expect(blocks.length).toBeGreaterThan(0);
  }
});
