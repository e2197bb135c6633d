import { globSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";

/** Import of one file of the repository by another. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly isType: boolean;
}

/** Finds the file that an import names; undefined when the file is not one of the repository. */
export type Resolve = (from: string, specifier: string) => string | undefined;

interface Package {
  readonly name: string;
  readonly folder: string;
  readonly exports: Readonly<Record<string, string>>;
}

/** Resolves relative imports, and imports of workspaces by the `exports` of their manifests. */
export function resolver(root: string, files: ReadonlySet<string>): Resolve {
  const packages = readPackages(root);
  return (from, specifier) => {
    const path = specifier.startsWith(".")
      ? posix.join(posix.dirname(from), specifier)
      : inPackage(packages, specifier);
    return path !== undefined && files.has(path) ? path : undefined;
  };
}

function readPackages(root: string): Package[] {
  const { workspaces } = readJson(join(root, "package.json")) as { workspaces: string[] };
  const manifests = workspaces.flatMap((folder) =>
    globSync(`${folder}/package.json`, { cwd: root }),
  );
  return manifests.map((manifest) => {
    const { name, exports = {} } = readJson(join(root, manifest)) as Partial<Package>;
    return { name: name ?? "", folder: dirname(manifest), exports };
  });
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, "utf8"));
}

function inPackage(packages: readonly Package[], specifier: string): string | undefined {
  for (const { name, folder, exports } of packages) {
    if (specifier !== name && !specifier.startsWith(`${name}/`)) continue;
    const subpath = `.${specifier.slice(name.length)}`;
    for (const [pattern, target] of Object.entries(exports)) {
      const star = matchStar(pattern, subpath);
      if (star !== undefined) return posix.join(folder, target.replaceAll("*", star));
    }
  }
  return undefined;
}

/** @returns what the `*` of a pattern stands for; undefined when the pattern does not match. */
function matchStar(pattern: string, subpath: string): string | undefined {
  const [before = "", after] = pattern.split("*");
  if (after === undefined) return pattern === subpath ? "" : undefined;
  const matches = subpath.startsWith(before) && subpath.endsWith(after);
  return matches ? subpath.slice(before.length, subpath.length - after.length) : undefined;
}
