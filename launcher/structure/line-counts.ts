import { parseSync, Visitor } from "oxc-parser";
import type { SourceFile } from "./source-file.ts";

/** A line break at the end of the text begins no other line. */
export function countLines(text: string): number {
  return text.trimEnd().split("\n").length;
}

/** Counts the lines of each function that has a body in braces, nested functions included. */
export function functionLines({ path, text }: SourceFile): number[] {
  const counts: number[] = [];
  const count = ({ start, end, body }: FunctionNode) => {
    if (body?.type === "BlockStatement") counts.push(countLines(text.slice(start, end)));
  };
  const visitor = new Visitor({
    FunctionDeclaration: count,
    FunctionExpression: count,
    ArrowFunctionExpression: count,
  });
  visitor.visit(parseSync(path, text).program);
  return counts;
}

interface FunctionNode {
  readonly start: number;
  readonly end: number;
  readonly body: { readonly type: string } | null;
}
