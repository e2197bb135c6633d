import { parseSync } from "oxc-parser";
import { declarations, namesIn } from "./declarations.ts";
import type { Resolve } from "./resolve-import.ts";
import type { SourceFile } from "./source-file.ts";

/** A name that one file declares. */
export interface Declared {
  readonly file: string;
  readonly name: string;
}

/** What a file declares, and what each of its declarations uses. */
export interface FileCalls {
  /**
   * For each function, method, class and variable of any depth, the names of the same file and the
   * imported ones that its code uses; types are left out. Of a class, the constructor and the fields.
   */
  readonly uses: ReadonlyMap<string, readonly Declared[]>;
}

/** Reads the declarations of a file and their uses by name, without regard to scopes. */
export function readCalls(file: SourceFile, resolve: Resolve): FileCalls {
  const { program, module } = parseSync(file.path, file.text);
  const bodies = declarations(program);
  const imported = new Map<string, Declared>();
  for (const { moduleRequest, entries } of module.staticImports) {
    const from = resolve(file.path, moduleRequest.value);
    if (from === undefined) continue;
    for (const { localName, importName, isType } of entries)
      if (!isType) imported.set(localName.value, { file: from, name: importName.name ?? "*" });
  }
  const targetOf = (name: string): Declared | undefined =>
    bodies.has(name) ? { file: file.path, name } : imported.get(name);
  const uses = [...bodies].map(([name, nodes]) => {
    const names = new Set(nodes.flatMap(namesIn));
    return [name, [...names].flatMap((used) => targetOf(used) ?? [])] as const;
  });
  return { uses: new Map(uses) };
}
