import { type FileCalls, readCalls } from "./call-graph.ts";
import { type Arrow, folderArrows } from "./folder-arrows.ts";
import { importCycles } from "./import-cycles.ts";
import { filesOnSendPath, type Station, type StationFiles } from "./send-path.ts";
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
  readonly pageWeights: readonly PageWeight[] | undefined;
}

/** Measures a tree: sizes, folders, cycles, the way of a message and the weight of the pages. */
export function measureStructure(
  tree: SourceTree,
  stations: readonly Station[],
  pageWeights: readonly PageWeight[] | undefined,
): Structure {
  const arrows = folderArrows("server", tree.edges);
  return {
    sizes: workspaceSizes(tree.files),
    arrows,
    upward: upwardArrows(arrows),
    cycles: importCycles(tree.edges),
    sendPath: filesOnSendPath(stations, callsOf(tree)),
    pageWeights,
  };
}

/** Reads the calls of each file when they are first asked for. */
function callsOf({ files, resolve }: SourceTree): (path: string) => FileCalls | undefined {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const known = new Map<string, FileCalls>();
  return (path) => {
    const file = byPath.get(path);
    return file && known.getOrInsertComputed(path, () => readCalls(file, resolve));
  };
}
