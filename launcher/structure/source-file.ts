import { type EcmaScriptModule, parseSync } from "oxc-parser";

/** Import of a module, as the text names it. */
export interface ImportStatement {
  readonly specifier: string;
  /** Whether the compiler removes the import. */
  readonly isType: boolean;
}

export interface SourceFile {
  /** Relative to the root of the tree, with `/`. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly ImportStatement[];
}

/** Reads the imports of a TypeScript file: static, re-exported and dynamic ones. */
export function parseSourceFile(path: string, text: string): SourceFile {
  const { module } = parseSync(path, text);
  const imports = [...staticImports(module), ...reExports(module), ...dynamicImports(module, text)];
  return { path, text, imports };
}

function staticImports({ staticImports }: EcmaScriptModule): ImportStatement[] {
  return staticImports.map(({ moduleRequest, entries }) => ({
    specifier: moduleRequest.value,
    isType: entries.length > 0 && entries.every(({ isType }) => isType),
  }));
}

function reExports({ staticExports }: EcmaScriptModule): ImportStatement[] {
  return staticExports
    .flatMap(({ entries }) => entries)
    .flatMap(({ moduleRequest, isType }) =>
      moduleRequest ? [{ specifier: moduleRequest.value, isType }] : [],
    );
}

/** A specifier that is no string literal is left out: it names no file of the repository. */
function dynamicImports({ dynamicImports }: EcmaScriptModule, text: string): ImportStatement[] {
  return dynamicImports.flatMap(({ moduleRequest: { start, end } }) => {
    const [, specifier] = /^(?:"|')(.*)(?:"|')$/.exec(text.slice(start, end)) ?? [];
    return specifier === undefined ? [] : [{ specifier, isType: false }];
  });
}
