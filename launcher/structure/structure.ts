import { type Arrow, folderArrows } from "./folder-arrows.ts";
import { importCycles } from "./import-cycles.ts";
import { filesOnSendPath, type SendPath, type Station, type StationFiles } from "./send-path.ts";
import type { SourceTree } from "./source-tree.ts";
import { upwardArrows } from "./upward-arrows.ts";
import { type WorkspaceSize, workspaceSizes } from "./workspace-sizes.ts";

/** JavaScript that a page loads, in bytes after gzip. */
export interface PageWeight {
  readonly path: string;
  readonly bytes: number;
}

export interface Structure {
  readonly sizes: readonly WorkspaceSize[];
  readonly arrows: readonly Arrow[];
  readonly upward: readonly Arrow[];
  readonly cycles: readonly (readonly string[])[];
  readonly sendPath: readonly StationFiles[];
  readonly sendPathWithTypes: readonly StationFiles[];
  readonly missingStations: readonly Station[];
  readonly pageWeights: readonly PageWeight[] | undefined;
}

/** Measures a tree: sizes, folders, cycles, the way of a message and the weight of the pages. */
export function measureStructure(
  { files, edges }: SourceTree,
  path: SendPath,
  pageWeights: readonly PageWeight[] | undefined,
): Structure {
  const arrows = folderArrows("server", edges);
  const known = new Set(files.map((file) => file.path));
  const missingStations = path.stations.filter(({ file }) => !known.has(file));
  const present = {
    ...path,
    stations: path.stations.filter((station) => !missingStations.includes(station)),
  };
  return {
    sizes: workspaceSizes(files),
    arrows,
    upward: upwardArrows(arrows),
    cycles: importCycles(edges),
    sendPath: filesOnSendPath(
      present,
      edges.filter(({ isType }) => !isType),
    ),
    sendPathWithTypes: filesOnSendPath(present, edges),
    missingStations,
    pageWeights,
  };
}
