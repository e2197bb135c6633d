import { join } from "node:path";
import type { Station } from "./send-path.ts";
import { readSourceTree } from "./source-tree.ts";
import { measureStructure } from "./structure.ts";
import { structureReport } from "./structure-report.ts";

/**
 * Prints the structure of a tree.
 * @param stationsFile JSON of {@link Station}s, for a tree whose files have other names.
 */
export async function printStructure(
  root: string,
  stationsFile = join(import.meta.dir, "send-path.json"),
): Promise<void> {
  const stations: Station[] = await Bun.file(stationsFile).json();
  console.log(structureReport(measureStructure(readSourceTree(root), stations, undefined)));
}
