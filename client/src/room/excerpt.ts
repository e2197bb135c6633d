import { type Block, type Inline, parseMarkdown } from "./markdown.ts";

const MAX_LENGTH = 140;

/** The first {@link MAX_LENGTH} code points of a body, as one line without Markdown syntax. */
export function excerpt(body: string): string {
  const text = parseMarkdown(body.slice(0, 4 * MAX_LENGTH))
    .map(textOfBlock)
    .join(" ")
    .replace(/\s+/g, " ")
    .trim();
  const characters = [...text];
  return characters.length > MAX_LENGTH ? `${characters.slice(0, MAX_LENGTH).join("")}…` : text;
}

function textOfBlock(block: Block): string {
  return block.kind === "fence" ? block.text : block.children.map(textOfInline).join("");
}

function textOfInline(node: Inline): string {
  return "children" in node ? node.children.map(textOfInline).join("") : node.text;
}
