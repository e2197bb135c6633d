import { existsSync } from "node:fs";
import { join } from "node:path";
import { pageWeights } from "../../client/build/page-weight.ts";
import type { Station } from "./send-path.ts";
import { readSourceTree } from "./source-tree.ts";
import { measureStructure, type PageWeight } from "./structure.ts";
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
  const weights = await weightsOf(join(root, "client/dist"));
  console.log(structureReport(measureStructure(readSourceTree(root), stations, weights)));
}

async function weightsOf(build: string): Promise<PageWeight[] | undefined> {
  if (!existsSync(join(build, ".preload.json"))) return undefined;
  return Object.entries(await pageWeights(build)).map(([path, bytes]) => ({ path, bytes }));
}
