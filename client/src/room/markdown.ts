import { MENTION, mentionedName } from "@parley/contracts/mentions";

export type Inline =
  | { kind: "text"; text: string }
  | { kind: "strong" | "emphasis" | "strike"; children: Inline[] }
  | { kind: "code"; text: string }
  | { kind: "link"; href: string; children: Inline[] }
  | { kind: "mention"; name: string; text: string };

export type Block =
  | { kind: "paragraph"; children: Inline[] }
  | { kind: "fence"; language: string; text: string };

const FENCE = /^```([\w+#.-]*)[^\S\n]*\n([\s\S]*?)(?:\n```[^\S\n]*$|(?![\s\S]))/gm;

const INLINE = new RegExp(
  [
    String.raw`\\(?<escaped>[\\${"`"}*_~[\]])`,
    "`(?<code>[^`\\n]+)`",
    String.raw`\*\*(?=\S)(?<strong>[^\n]+?)(?<=\S)\*\*`,
    String.raw`~~(?=\S)(?<strike>[^\n]+?)(?<=\S)~~`,
    String.raw`(?<![\p{L}\p{N}*])\*(?=\S)(?<star>[^*\n]+)(?<=\S)\*(?![\p{L}\p{N}])`,
    String.raw`(?<![\p{L}\p{N}_])_(?=\S)(?<underscore>[^_\n]+)(?<=\S)_(?![\p{L}\p{N}])`,
    String.raw`\[(?<label>[^\]\n]+)\]\((?<target>(?:https?:\/\/|mailto:)[^\s()]+)\)`,
    String.raw`(?<![\p{L}\p{N}])(?<url>https?:\/\/[^\s<>"${"`"}]+)`,
    `(?<mention>${MENTION.source})`,
  ].join("|"),
  "giu",
);

/**
 * Parses a subset of Markdown, inline syntax and fenced code, into data. No step makes HTML.
 */
export function parseMarkdown(body: string): Block[] {
  const blocks: Block[] = [];
  let end = 0;
  for (const match of body.matchAll(FENCE)) {
    addParagraph(blocks, body.slice(end, match.index));
    blocks.push({ kind: "fence", language: match[1] ?? "", text: match[2] ?? "" });
    end = match.index + match[0].length;
  }
  addParagraph(blocks, body.slice(end));
  return blocks;
}

function addParagraph(blocks: Block[], text: string): void {
  const trimmed = text.replace(/^\s*\n|\s+$/g, "");
  if (trimmed !== "") blocks.push({ kind: "paragraph", children: parseInline(trimmed) });
}

function parseInline(text: string): Inline[] {
  const nodes: Inline[] = [];
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    const { node, length } = read(match);
    if (match.index > end) nodes.push({ kind: "text", text: text.slice(end, match.index) });
    nodes.push(node);
    if (length < match[0].length) nodes.push({ kind: "text", text: match[0].slice(length) });
    end = match.index + match[0].length;
  }
  if (end < text.length) nodes.push({ kind: "text", text: text.slice(end) });
  return nodes;
}

/** @returns the node, and how many characters of the match it takes: the rest is plain text. */
function read(match: RegExpMatchArray): { node: Inline; length: number } {
  const whole = match[0];
  const { length } = whole;
  const groups = match.groups ?? {};
  const { escaped, code, strong, strike, star, underscore, label, target, url } = groups;
  if (escaped) return { node: { kind: "text", text: escaped }, length };
  if (code) return { node: { kind: "code", text: code }, length };
  if (strong) return { node: { kind: "strong", children: parseInline(strong) }, length };
  if (strike) return { node: { kind: "strike", children: parseInline(strike) }, length };
  const emphasis = star ?? underscore;
  if (emphasis) return { node: { kind: "emphasis", children: parseInline(emphasis) }, length };
  if (label && target) return { node: link(target, parseInline(label)), length };
  return url ? bareLink(url) : mention(whole);
}

function link(href: string, children: Inline[]): Inline {
  return { kind: "link", href, children };
}

/** Punctuation after a URL is not a part of it, nor is a bracket that was opened before it. */
function bareLink(url: string) {
  let href = url.replace(/[.,;:!?'*_~\]]+$/, "");
  if (href.endsWith(")") && !href.includes("(")) href = href.slice(0, -1);
  return { node: link(href, [{ kind: "text", text: href }]), length: href.length };
}

function mention(whole: string) {
  const name = mentionedName(whole.slice(1));
  const length = name.length + 1;
  return { node: { kind: "mention" as const, name, text: whole.slice(0, length) }, length };
}
