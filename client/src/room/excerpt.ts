import { type Block, type Inline, parseMarkdown } from "./markdown.ts";

const LONGEST = 140;

/** The beginning of what somebody wrote, as one line without marks. */
export function excerpt(body: string): string {
  const text = parseMarkdown(body.slice(0, 4 * LONGEST))
    .map(textOfBlock)
    .join(" ")
    .replace(/\s+/g, " ")
    .trim();
  const characters = [...text];
  return characters.length > LONGEST ? `${characters.slice(0, LONGEST).join("")}…` : text;
}

function textOfBlock(block: Block): string {
  return block.kind === "fence" ? block.text : block.children.map(textOfInline).join("");
}

function textOfInline(node: Inline): string {
  return "children" in node ? node.children.map(textOfInline).join("") : node.text;
}
