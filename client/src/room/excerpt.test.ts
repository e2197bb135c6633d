import { expect, test } from "bun:test";
import { excerpt } from "./excerpt.ts";

test("An excerpt is one line without Markdown syntax", () => {
  expect(excerpt("**Boats** on\nthe [water](https://example.org), @mira\n```\nat nine\n```")).toBe(
    "Boats on the water, @mira at nine",
  );
});

test("A long text is cut between code points", () => {
  const cut = excerpt("🚣".repeat(200));
  expect([...cut]).toHaveLength(141);
  expect(cut).toEndWith("🚣…");
});
