import type { Edge } from "./resolve-import.ts";
import { isTest } from "./source-tree.ts";

/** Imports of one folder's files by another's. */
export interface Arrow {
  readonly from: string;
  readonly to: string;
}

/**
 * Lists which folder directly inside `within` imports from which, types included and tests left out.
 * Files directly in `within` belong to no folder.
 */
export function folderArrows(within: string, edges: readonly Edge[]): Arrow[] {
  const arrows = new Map<string, Arrow>();
  for (const edge of edges) {
    if (isTest(edge.from) || isTest(edge.to)) continue;
    const [from, to] = [folderOf(within, edge.from), folderOf(within, edge.to)];
    if (from && to && from !== to) arrows.set(`${from} ${to}`, { from, to });
  }
  return [...arrows.values()].toSorted(
    (a, b) => a.from.localeCompare(b.from) || a.to.localeCompare(b.to),
  );
}

function folderOf(within: string, path: string): string | undefined {
  if (!path.startsWith(`${within}/`)) return undefined;
  const [folder, ...rest] = path.slice(within.length + 1).split("/");
  return rest.length > 0 ? folder : undefined;
}
