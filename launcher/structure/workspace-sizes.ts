import { countLines, functionLines } from "./line-counts.ts";
import type { SourceFile } from "./source-file.ts";
import { isTest } from "./source-tree.ts";
import { percentile, sum } from "./statistics.ts";

/** Lengths in lines; files and functions of tests are counted, and left out of the percentiles. */
export interface WorkspaceSize {
  readonly name: string;
  readonly files: number;
  readonly sourceLines: number;
  readonly testLines: number;
  readonly fileMedian: number;
  readonly fileP95: number;
  readonly functions: number;
  readonly functionMedian: number;
  readonly functionP95: number;
}

/** Measures each folder at the root of the tree, and the whole in the last row. */
export function workspaceSizes(files: readonly SourceFile[]): WorkspaceSize[] {
  const byName = Map.groupBy(files, ({ path }) => path.split("/")[0] ?? "");
  const workspaces = [...byName].map(([name, some]) => sizeOf(name, some));
  return [...workspaces, sizeOf("total", files)];
}

function sizeOf(name: string, files: readonly SourceFile[]): WorkspaceSize {
  const [tests = [], sources = []] = [true, false].map((wanted) =>
    files.filter(({ path }) => isTest(path) === wanted),
  );
  const fileLines = sources.map(({ text }) => countLines(text));
  const functions = sources.flatMap(functionLines);
  return {
    name,
    files: files.length,
    sourceLines: sum(fileLines),
    testLines: sum(tests.map(({ text }) => countLines(text))),
    fileMedian: percentile(fileLines, 50),
    fileP95: percentile(fileLines, 95),
    functions: functions.length,
    functionMedian: percentile(functions, 50),
    functionP95: percentile(functions, 95),
  };
}
