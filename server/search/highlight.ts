import { createTimeSlices } from "@parley/platform/async/time-slices";

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

/** Highlights many bodies with {@link createHighlight}, in slices between which the process does other work. */
export async function highlightAll(
  bodies: readonly string[],
  terms: readonly string[],
): Promise<string[]> {
  const highlight = createHighlight(terms);
  const endOfSlice = createTimeSlices();
  const highlighted: string[] = [];
  for (const body of bodies) {
    highlighted.push(highlight(body));
    await endOfSlice();
  }
  return highlighted;
}

/**
 * Creates the function that cuts a snippet around the first match out of a body, and marks the matches.
 * @returns HTML: at most 200 characters of text, escaped, with `<mark>` around each term.
 */
export function createHighlight(terms: readonly string[]): (body: string) => string {
  const match = patternOf(terms);
  const folded = terms.map((term) => term.toLowerCase());
  return function highlight(body) {
    const part = excerpt(body.replace(/\s+/gu, " ").trim(), folded);
    let html = "";
    let end = 0;
    for (const { 0: found, index } of part.matchAll(match)) {
      html += `${escapeHtml(part.slice(end, index))}<mark>${escapeHtml(found)}</mark>`;
      end = index + found.length;
    }
    return html + escapeHtml(part.slice(end));
  };
}

/** Longer terms first, so that the longer of two terms that begin at one place is marked. */
function patternOf(terms: readonly string[]): RegExp {
  const longestFirst = [...terms].sort((a, b) => b.length - a.length);
  return new RegExp(longestFirst.map((term) => RegExp.escape(term)).join("|"), "giu");
}

function excerpt(text: string, folded: readonly string[]): string {
  const characters = [...text];
  if (characters.length <= SNIPPET_LENGTH) return text;
  const first = [...text.slice(0, firstMatch(text, folded))].length;
  const start = Math.max(0, Math.min(first - LEAD_LENGTH, characters.length - SNIPPET_LENGTH));
  const part = characters.slice(start, start + SNIPPET_LENGTH);
  if (start > 0) part[0] = "…";
  if (start + SNIPPET_LENGTH < characters.length) part[SNIPPET_LENGTH - 1] = "…";
  return part.join("");
}

/**
 * Finds the first term; 0 where there is none.
 *
 * A regular expression would take milliseconds for a long text. A text whose lower case has another
 * length (as `İ` has) is searched as it is, because places in it would be others.
 */
function firstMatch(text: string, folded: readonly string[]): number {
  const lower = text.toLowerCase();
  const searched = lower.length === text.length ? lower : text;
  const places = folded.map((term) => searched.indexOf(term)).filter((place) => place >= 0);
  return places.length > 0 ? Math.min(...places) : 0;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
