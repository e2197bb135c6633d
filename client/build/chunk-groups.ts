import { fileURLToPath, pathToFileURL } from "node:url";

/** The part of Rolldown's `ChunkingContext` that is needed here. */
export interface ModuleGraph {
  getModuleInfo: (id: string) => { importedIds: string[]; dynamicallyImportedIds: string[] } | null;
}

interface Pages {
  /** The module that `index.html` loads. */
  readonly entry: URL;
  /** The pages before the sign-in. */
  readonly signIn: readonly URL[];
  readonly chat: URL;
}

/**
 * Names the chunk of each module by who needs it at once: `shared` by the sign-in and the chat, `chat`
 * by the chat alone, `dialog` by two dialogs or more. Without it, each set of importers would make a
 * chunk, and small chunks compress badly.
 * @returns a function for `codeSplitting.groups[].name`; null leaves a module to the bundler.
 */
export function chunkGroups(pages: Pages) {
  let sets: ModuleSets | undefined;
  return (id: string, graph: ModuleGraph): string | null => {
    sets ??= readSets(pages, graph);
    if (sets.alone.has(id)) return null;
    if (sets.chat.has(id)) return sets.signIn.has(id) ? "shared" : "chat";
    const dialogs = sets.dialogs.filter((dialog) => dialog.has(id));
    return dialogs.length > 1 && !sets.signIn.has(id) ? "dialog" : null;
  };
}

type ModuleSet = ReadonlySet<string>;

interface ModuleSets {
  /** The entry's modules and the pages themselves. */
  readonly alone: ModuleSet;
  readonly signIn: ModuleSet;
  readonly chat: ModuleSet;
  readonly dialogs: readonly ModuleSet[];
}

function readSets({ entry, signIn, chat }: Pages, graph: ModuleGraph): ModuleSets {
  const chatModules = withStaticImports([chat], graph);
  const dialogs = [...chatModules].flatMap(
    (id) => graph.getModuleInfo(id)?.dynamicallyImportedIds ?? [],
  );
  return {
    alone: new Set([...withStaticImports([entry], graph), ...[...signIn, chat].map(idOf)]),
    signIn: withStaticImports(signIn, graph),
    chat: chatModules,
    dialogs: dialogs.map((dialog) => withStaticImports([pathToFileURL(dialog)], graph)),
  };
}

function withStaticImports(modules: readonly URL[], graph: ModuleGraph): ModuleSet {
  const found = new Set(modules.map(idOf));
  // The iteration visits members that are added during it.
  for (const id of found)
    for (const imported of graph.getModuleInfo(id)?.importedIds ?? []) found.add(imported);
  return found;
}

/** Rolldown's ID of a module that is a file is its path. */
const idOf = (url: URL) => fileURLToPath(url);
