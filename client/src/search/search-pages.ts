import { LIMITS } from "@parley/contracts/limits";
import type { SearchPage } from "@parley/contracts/messages";

/** Pages that are read at most before one with a hit; the server ends a page where it has read enough text. */
const MAX_EMPTY_PAGES = 4;

/** Reads pages until one has a hit, or none follows, or several had none. */
export async function firstPageWithHits(
  readPage: (before: string | null) => Promise<SearchPage>,
  before: string | null,
): Promise<SearchPage> {
  let page = await readPage(before);
  for (let n = 1; n < MAX_EMPTY_PAGES && page.hits.length === 0 && page.next !== null; n++)
    page = await readPage(page.next);
  return page;
}

/** The words of a text as the server accepts them: a pasted text is searched by its first words. */
export function searchQuery(text: string): string {
  const words = new Set(text.trim().split(/\s+/u));
  const query = [...words].slice(0, LIMITS.maxSearchWords).join(" ");
  return [...query].slice(0, LIMITS.searchQuery.max).join("").trim();
}
