import { join } from "node:path";
import type { SendPath } from "./send-path.ts";
import { readSourceTree } from "./source-tree.ts";
import { measureStructure } from "./structure.ts";
import { structureReport } from "./structure-report.ts";

/**
 * Prints the structure of a tree.
 * @param stationsFile JSON of a {@link SendPath}, for a tree whose files have other names.
 */
export async function printStructure(
  root: string,
  stationsFile = join(import.meta.dir, "send-path.json"),
): Promise<void> {
  const path: SendPath = await Bun.file(stationsFile).json();
  console.log(structureReport(measureStructure(readSourceTree(root), path, undefined)));
}
