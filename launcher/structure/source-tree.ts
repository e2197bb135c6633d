import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Edge, type Resolve, resolver } from "./resolve-import.ts";
import { parseSourceFile, type SourceFile } from "./source-file.ts";

/** TypeScript files of a repository, and the imports between them. */
export interface SourceTree {
  readonly files: readonly SourceFile[];
  readonly edges: readonly Edge[];
  readonly resolve: Resolve;
}

const IGNORED = /(^|\/)(node_modules|dist|data)\//;

/** Reads each TypeScript file of a folder, except for installed, built and stored ones. */
export function readSourceTree(root: string): SourceTree {
  const files = [...new Bun.Glob("**/*.{ts,tsx}").scanSync(root)]
    .filter((path) => !IGNORED.test(path))
    .toSorted()
    .map((path) => parseSourceFile(path, readFileSync(join(root, path), "utf8")));
  const resolve = resolver(root, new Set(files.map(({ path }) => path)));
  return { files, edges: files.flatMap((file) => edgesOf(file, resolve)), resolve };
}

/** Whether a file exists only for tests. */
export function isTest(path: string): boolean {
  return /\.test\.tsx?$|(^|\/)testing\/|^test\//.test(path);
}

function edgesOf({ path, imports }: SourceFile, resolve: Resolve): Edge[] {
  return imports.flatMap(({ specifier, isType }) => {
    const to = resolve(path, specifier);
    return to === undefined ? [] : [{ from: path, to, isType }];
  });
}
