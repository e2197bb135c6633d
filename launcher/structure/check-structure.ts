import type { CheckResult } from "../check-result.ts";
import { folderArrows } from "./folder-arrows.ts";
import { importCycles } from "./import-cycles.ts";
import { readSourceTree, type SourceTree } from "./source-tree.ts";
import { upwardArrows } from "./upward-arrows.ts";

/** Checks that no imports form a cycle, types included, and that the folders of `server/` have an order. */
export function checkStructure(root: string): CheckResult {
  const faults = structureFaults(readSourceTree(root));
  return { name: "structure of imports", passed: faults.length === 0, output: faults.join("\n") };
}

function structureFaults({ edges }: SourceTree): string[] {
  const cycles = importCycles(edges);
  const upward = upwardArrows(folderArrows("server", edges));
  return [
    ...cycles.map((files) => `import cycle: ${files.join(", ")}`),
    ...upward.map(({ from, to }) => `server/${from} imports from server/${to}, which is above it`),
  ];
}
