import type { Declared, FileCalls } from "./call-graph.ts";
import { isTest } from "./source-tree.ts";

/** Place where a message is handled on its way from the sender's socket to the readers' sockets. */
export interface Station {
  readonly name: string;
  readonly file: string;
  /** The functions by which the message comes in. */
  readonly entries: readonly string[];
}

/** A station with the files that its calls reach and no earlier station reached. */
export interface StationFiles extends Station {
  readonly reached: readonly string[];
  /** Entries that the file does not declare. */
  readonly missing: readonly string[];
}

/**
 * Finds the files that a reader opens who follows a message: the stations in the order of the calls,
 * and each file whose functions a station calls by name, from call to call. Schemas (`contracts/`) are
 * left out; a call through a parameter leads nowhere, so that a station begins behind each of them.
 */
export function filesOnSendPath(
  stations: readonly Station[],
  readFile: (path: string) => FileCalls | undefined,
): StationFiles[] {
  const seen = new Set<string>();
  const files = new Set<string>();

  function reach({ file, name }: Declared): string[] {
    if (file.startsWith("contracts/") || isTest(file) || seen.has(`${file} ${name}`)) return [];
    seen.add(`${file} ${name}`);
    const opened = files.has(file) ? [] : [file];
    files.add(file);
    return [...opened, ...(readFile(file)?.uses.get(name) ?? []).flatMap(reach)];
  }

  return stations.map((station) => {
    const { file, entries } = station;
    const missing = entries.filter((name) => readFile(file)?.uses.has(name) !== true);
    return { ...station, missing, reached: entries.flatMap((name) => reach({ file, name })) };
  });
}
