/** Three letters or digits in a row are what pg_trgm can look up; shorter terms need every body read. */
const TRIGRAM = /[\p{L}\p{N}]{3}/u;

/** The parts of a query, all of which a message must hold, whatever their case and wherever in its words. */
export function searchTerms(query: string): string[] {
  return [...new Set(query.split(/\s+/u).filter((term) => term !== ""))];
}

export function isIndexed(terms: readonly string[]): boolean {
  return terms.some((term) => TRIGRAM.test(term));
}

/** A pattern for `like` that finds a term as it stands. */
export function containing(term: string): string {
  return `%${term.replace(/[\\%_]/g, "\\$&")}%`;
}
