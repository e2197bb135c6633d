import type { CheckResult } from "../check-result.ts";
import { folderArrows } from "./folder-arrows.ts";
import { importCycles } from "./import-cycles.ts";
import { readSourceTree, type SourceTree } from "./source-tree.ts";
import { upwardArrows } from "./upward-arrows.ts";

/** Bounds of what `check` accepts: to be lowered, never to be raised. */
const MAX_CYCLES = 2;
const MAX_UPWARD_ARROWS = 2;

/** Checks that imports form no cycle, types included, and that folders of `server/` have an order. */
export function checkStructure(root: string): CheckResult {
  const faults = structureFaults(readSourceTree(root));
  return { name: "structure of imports", passed: faults.length === 0, output: faults.join("\n") };
}

function structureFaults({ edges }: Pick<SourceTree, "edges">): string[] {
  const cycles = importCycles(edges);
  const upward = upwardArrows(folderArrows("server", edges));
  return [
    ...(cycles.length > MAX_CYCLES
      ? cycles.map((files) => `import cycle: ${files.join(", ")}`)
      : []),
    ...(upward.length > MAX_UPWARD_ARROWS
      ? upward.map(({ from, to }) => `server/${from} imports from server/${to}, which is above it`)
      : []),
  ];
}
