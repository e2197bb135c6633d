/** A part of a found text; marked if it matches the query. */
export interface HighlightPart {
  text: string;
  isMarked: boolean;
}

const NAMED_ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};

/** Parses escaped HTML with `<mark>` elements into plain text, so that the page never inserts HTML. */
export function readHighlight(html: string): HighlightPart[] {
  return html
    .split(/(<mark>[\s\S]*?<\/mark>)/)
    .filter((part) => part !== "")
    .map((part) => {
      const isMarked = part.startsWith("<mark>") && part.endsWith("</mark>");
      return { text: unescaped(isMarked ? part.slice(6, -7) : part), isMarked };
    });
}

function unescaped(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (whole, decimal, hex, name) => {
    if (name) return NAMED_ENTITIES[name] ?? whole;
    const code = decimal ? Number(decimal) : Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
