/** A piece of a text that was searched; marked where it is what was looked for. */
export interface HighlightPart {
  text: string;
  isMarked: boolean;
}

const NAMED: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};

/** Reads escaped HTML with `<mark>` in it as plain pieces, so that it is never HTML in the page. */
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
    if (name) return NAMED[name] ?? whole;
    const code = decimal ? Number(decimal) : Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
