/** pg_trgm can look up three letters or digits in a row; a shorter term needs every body to be read. */
const TRIGRAM = /[\p{L}\p{N}]{3}/u;

/** Splits a query into its terms, each once. A message matches when it contains every term, in any case and anywhere. */
export function searchTerms(query: string): string[] {
  return [...new Set(query.split(/\s+/u).filter((term) => term !== ""))];
}

/** Whether the trigram index helps to find messages with all of the terms. */
export function isIndexed(terms: readonly string[]): boolean {
  return terms.some((term) => TRIGRAM.test(term));
}
