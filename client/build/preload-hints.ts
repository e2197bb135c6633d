import { fileURLToPath } from "node:url";
import type { Plugin, Rolldown } from "vite";

type Bundle = Rolldown.OutputBundle;

/**
 * Writes `.preload.json`: for each address of the page a `Link` header (RFC 8288) that names its scripts
 * and styles, so that a browser fetches them before the entry runs and imports them. Lazy chunks are not
 * named.
 * @param pages the module of each address, by the first segment of the address.
 */
export function preloadHints(pages: Readonly<Record<string, URL>>): Plugin {
  return {
    name: "preload-hints",
    apply: "build",
    generateBundle: {
      order: "post",
      handler(_, bundle) {
        const fields = Object.entries(pages).map(([address, module]) => [
          address,
          linkField(bundle, chunkOf(bundle, module)),
        ]);
        const source = JSON.stringify(Object.fromEntries(fields));
        this.emitFile({ type: "asset", fileName: ".preload.json", source });
      },
    },
  };
}

function chunkOf(bundle: Bundle, module: URL): string {
  const path = fileURLToPath(module);
  const chunk = chunksOf(bundle).find(({ facadeModuleId }) => facadeModuleId === path);
  if (!chunk) throw new Error(`${path} has no chunk of its own`);
  return chunk.fileName;
}

function linkField(bundle: Bundle, page: string): string {
  const entries = chunksOf(bundle).filter(({ isEntry }) => isEntry);
  const needed = withImports(bundle, [...entries.map(({ fileName }) => fileName), page]);
  const styles = new Set(needed.flatMap((chunk) => [...(chunk.viteMetadata?.importedCss ?? [])]));
  return [
    ...needed.map(({ fileName }) => `</${fileName}>; rel=modulepreload`),
    // Vite fetches styles with CORS; a preload is used only for a request of the same mode.
    ...Array.from(styles, (file) => `</${file}>; rel=preload; as=style; crossorigin`),
  ].join(", ");
}

/** The chunks and their static imports, each once. */
function withImports(bundle: Bundle, names: readonly string[]): Rolldown.OutputChunk[] {
  const found = new Map<string, Rolldown.OutputChunk>();
  const queue = [...names];
  for (const name of queue) {
    const chunk = bundle[name];
    if (chunk?.type !== "chunk" || found.has(name)) continue;
    found.set(name, chunk);
    queue.push(...chunk.imports);
  }
  return [...found.values()];
}

function chunksOf(bundle: Bundle): Rolldown.OutputChunk[] {
  return Object.values(bundle).filter((output) => output.type === "chunk");
}
