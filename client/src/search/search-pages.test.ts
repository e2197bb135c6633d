import { expect, test } from "bun:test";
import { LIMITS } from "@parley/contracts/limits";
import type { SearchPage } from "@parley/contracts/messages";
import { firstPageWithHits, searchQuery } from "./search-pages.ts";

/** Pages by their cursors: the nth has a hit if it is in `withHits`; there are ten. */
function pagesOf(withHits: readonly number[]) {
  const read: (string | null)[] = [];
  return {
    read,
    async readPage(before: string | null): Promise<SearchPage> {
      read.push(before);
      const n = Number(before ?? 0);
      const hits = withHits.includes(n) ? [{ highlight: String(n) } as never] : [];
      return { hits, users: [], hasMore: n < 9, next: n < 9 ? String(n + 1) : null };
    },
  };
}

test("Pages without a hit are followed to the first with one", async () => {
  const { readPage, read } = pagesOf([2]);
  const { hits, next } = await firstPageWithHits(readPage, null);
  expect(hits.map(({ highlight }) => highlight)).toEqual(["2"]);
  expect({ next, read }).toEqual({ next: "3", read: [null, "1", "2"] });
});

test("Four pages without a hit are an answer, from which the search goes on", async () => {
  const { readPage, read } = pagesOf([]);
  expect(await firstPageWithHits(readPage, "3")).toMatchObject({ hits: [], next: "7" });
  expect(read).toEqual(["3", "4", "5", "6"]);
  expect(await firstPageWithHits(readPage, "9")).toMatchObject({ hits: [], next: null });
});

test("A query has its first words, each once, as many as a search may have", () => {
  const words = (count: number) => Array.from({ length: count }, (_, n) => `w${n}`).join(" ");
  expect(searchQuery("  lane\t4  lane ")).toBe("lane 4");
  expect(searchQuery(words(40))).toBe(words(LIMITS.maxSearchWords));
  expect(searchQuery("🚣".repeat(300))).toBe("🚣".repeat(LIMITS.searchQuery.max));
  expect(searchQuery(" ")).toBe("");
});
