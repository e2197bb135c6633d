import type { Arrow } from "./folder-arrows.ts";
import { sum } from "./statistics.ts";
import type { Structure } from "./structure.ts";
import type { WorkspaceSize } from "./workspace-sizes.ts";

/** Writes the measures of a tree as text for a terminal. */
export function structureReport(structure: Structure): string {
  return [
    sizes(structure.sizes),
    serverFolders(structure),
    cycles(structure.cycles),
    sendPath(structure),
    pageWeights(structure),
  ].join("\n\n");
}

function sizes(rows: readonly WorkspaceSize[]): string {
  const header = ["", "files", "source lines", "test lines", "file median", "p95"];
  const cells = rows.map((row) => [
    row.name,
    ...[row.files, row.sourceLines, row.testLines, row.fileMedian, row.fileP95],
    ...[row.functions, row.functionMedian, row.functionP95],
  ]);
  const explanation =
    "Lengths in lines, without tests; functions are those with a body in braces, nested ones included.";
  return `${table([[...header, "functions", "median", "p95"], ...cells])}\n${explanation}`;
}

function table(rows: readonly (readonly (string | number)[])[]): string {
  const texts = rows.map((row) => row.map(String));
  const widths = texts[0]?.map((_, column) =>
    Math.max(...texts.map((row) => row[column]?.length ?? 0)),
  );
  const pad = (text: string, column: number) =>
    column === 0 ? text.padEnd(widths?.[column] ?? 0) : text.padStart(widths?.[column] ?? 0);
  return texts.map((row) => row.map(pad).join("  ")).join("\n");
}

function serverFolders({ arrows, upward }: Structure): string {
  const folders = new Set(arrows.flatMap(({ from, to }) => [from, to])).size;
  return [
    `Folders of server/: ${folders}; imports between folders, types included: ${arrows.length};`,
    `at least ${upward.length} of them run back up, whatever the order of the folders:`,
    ...upward.map((arrow) => `  ${nameOf(arrow)}`),
  ].join("\n");
}

function nameOf({ from, to }: Arrow): string {
  return `${from} → ${to}`;
}

function cycles(found: Structure["cycles"]): string {
  return [
    `Import cycles, types included: ${found.length}`,
    ...found.map((files) => `  ${files.join(", ")}`),
  ].join("\n");
}

function sendPath({ sendPath }: Structure): string {
  const count = sum(sendPath.map(({ reached }) => reached.length));
  return [
    `Files on the way of \`send\`: ${count}`,
    "(the stations in the order of the calls, and the files whose functions they call by name, from",
    "call to call; contracts/ left out; a call through a parameter ends a station)",
    ...sendPath.map(({ name, reached }) => `  ${name}: ${reached.join(", ") || "nothing new"}`),
    ...sendPath.flatMap(({ file, missing }) =>
      missing.map((entry) => `  missing: ${entry} in ${file}`),
    ),
  ].join("\n");
}

function pageWeights({ pageWeights }: Structure): string {
  if (pageWeights === undefined) return "JavaScript of the pages: client/dist is not built";
  return pageWeights
    .map(
      ({ path, bytes }) =>
        `JavaScript of ${path}, gzipped, in client/dist: ${(bytes / 1000).toFixed(1)} kB`,
    )
    .join("\n");
}
