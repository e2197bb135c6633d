import { expect, test } from "bun:test";
import { excerpt } from "./excerpt.ts";

test("an excerpt is one line without marks", () => {
  expect(excerpt("**Boats** on\nthe [water](https://example.org), @mira\n```\nat nine\n```")).toBe(
    "Boats on the water, @mira at nine",
  );
});

test("a long text is cut between characters", () => {
  const cut = excerpt("🚣".repeat(200));
  expect([...cut]).toHaveLength(141);
  expect(cut).toEndWith("🚣…");
});
