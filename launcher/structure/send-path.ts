import type { Edge } from "./resolve-import.ts";
import { isTest } from "./source-tree.ts";

/** Place where a message is handled on its way from the sender's socket to the readers' sockets. */
export interface Station {
  readonly name: string;
  readonly file: string;
}

export interface SendPath {
  /** In the order of the calls. */
  readonly stations: readonly Station[];
  /** Files that only wire others: they count where a station reaches them, their imports do not. */
  readonly composition: readonly string[];
}

/** A station with the files that its imports reach and no earlier station reached. */
export interface StationFiles extends Station {
  readonly reached: readonly string[];
}

/**
 * Counts the files that a reader opens who follows a message: the stations in the order of the calls,
 * and whatever their imports reach, to the end. Schemas (`contracts/`) and tests are left out.
 * @param edges without type imports, the files that run; with them, also those that declare a type.
 */
export function filesOnSendPath(
  { stations, composition }: SendPath,
  edges: readonly Edge[],
): StationFiles[] {
  const seen = new Set<string>();
  const imports = Map.groupBy(edges.filter(isFollowed), ({ from }) => from);

  function reach(file: string): string[] {
    if (seen.has(file)) return [];
    seen.add(file);
    if (composition.includes(file)) return [file];
    return [file, ...(imports.get(file) ?? []).flatMap(({ to }) => reach(to))];
  }

  return stations.map((station) => ({ ...station, reached: reach(station.file) }));
}

function isFollowed({ to }: Edge): boolean {
  return !to.startsWith("contracts/") && !isTest(to);
}
