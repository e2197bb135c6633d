/** Characters of a snippet. */
const SNIPPET_LENGTH = 200;
/** Characters of a snippet before the first match. */
const LEAD_LENGTH = 60;

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * Cuts a snippet around the first match out of a body, and marks the matches.
 * @returns HTML: at most 200 characters of text, escaped, with `<mark>` around each term.
 */
export function highlight(body: string, terms: readonly string[]): string {
  const match = patternOf(terms);
  const part = excerpt(body.replace(/\s+/gu, " ").trim(), match);
  let html = "";
  let end = 0;
  for (const { 0: found, index } of part.matchAll(match)) {
    html += `${escapeHtml(part.slice(end, index))}<mark>${escapeHtml(found)}</mark>`;
    end = index + found.length;
  }
  return html + escapeHtml(part.slice(end));
}

/** Longer terms first, so that the longer of two terms that begin at one place is marked. */
function patternOf(terms: readonly string[]): RegExp {
  const longestFirst = [...terms].sort((a, b) => b.length - a.length);
  return new RegExp(longestFirst.map((term) => RegExp.escape(term)).join("|"), "giu");
}

function excerpt(text: string, match: RegExp): string {
  const characters = [...text];
  if (characters.length <= SNIPPET_LENGTH) return text;
  const first = [...text.slice(0, Math.max(0, text.search(match)))].length;
  const start = Math.max(0, Math.min(first - LEAD_LENGTH, characters.length - SNIPPET_LENGTH));
  const part = characters.slice(start, start + SNIPPET_LENGTH);
  if (start > 0) part[0] = "…";
  if (start + SNIPPET_LENGTH < characters.length) part[SNIPPET_LENGTH - 1] = "…";
  return part.join("");
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
