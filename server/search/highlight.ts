/** Characters of a snippet, and how many of them may stand before the first match. */
const LENGTH = 200;
const LEAD = 60;

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * Cuts the part out of a body that shows why it was found.
 * @returns HTML: at most 200 characters of text, escaped, with `<mark>` around each term.
 */
export function highlight(body: string, terms: readonly string[]): string {
  const match = matching(terms);
  const part = excerpt(body.replace(/\s+/gu, " ").trim(), match);
  let html = "";
  let end = 0;
  for (const { 0: found, index } of part.matchAll(match)) {
    html += `${escapeHtml(part.slice(end, index))}<mark>${escapeHtml(found)}</mark>`;
    end = index + found.length;
  }
  return html + escapeHtml(part.slice(end));
}

/** Longer terms first: where two begin at one place, the longer is marked. */
function matching(terms: readonly string[]): RegExp {
  const longestFirst = [...terms].sort((a, b) => b.length - a.length);
  return new RegExp(longestFirst.map((term) => RegExp.escape(term)).join("|"), "giu");
}

function excerpt(text: string, match: RegExp): string {
  const characters = [...text];
  if (characters.length <= LENGTH) return text;
  const first = [...text.slice(0, Math.max(0, text.search(match)))].length;
  const start = Math.max(0, Math.min(first - LEAD, characters.length - LENGTH));
  const part = characters.slice(start, start + LENGTH);
  if (start > 0) part[0] = "…";
  if (start + LENGTH < characters.length) part[LENGTH - 1] = "…";
  return part.join("");
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
