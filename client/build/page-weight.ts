import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { constants, gzipSync } from "node:zlib";

/** What the pages may weigh, in bytes; 1 KB is 1,000 bytes. */
export const PAGE_WEIGHT_LIMITS = { "/login": 25_000, "/chat": 60_000 } as const;

export type WeighedPage = keyof typeof PAGE_WEIGHT_LIMITS;

/**
 * Measures the JavaScript that each page loads before a dialog is opened, the shared worker of the chat
 * included: bytes, each file compressed by gzip at its best level.
 * @param folder a build of the page: it must hold `.preload.json`.
 */
export async function pageWeights(folder: string): Promise<Record<WeighedPage, number>> {
  const hints = JSON.parse(await readFile(join(folder, ".preload.json"), "utf8"));
  const [scripts, workers] = [await entryScripts(folder), await workerScripts(folder)];
  const weigh = (files: readonly string[]) => weightOf(folder, [...new Set(files)]);
  return {
    "/login": await weigh([...scripts, ...preloaded(hints["/login"])]),
    "/chat": await weigh([...scripts, ...preloaded(hints["/chat"]), ...workers]),
  };
}

/** The scripts that `index.html` names, without their leading slash. */
async function entryScripts(folder: string): Promise<string[]> {
  const html = await readFile(join(folder, "index.html"), "utf8");
  return Array.from(html.matchAll(/<script[^>]* src="\/([^"]+)"/g), ([, file = ""]) => file);
}

async function workerScripts(folder: string): Promise<string[]> {
  const files = await readdir(join(folder, "assets"));
  return files
    .filter((file) => /^shared-worker-.*\.js$/.test(file))
    .map((file) => `assets/${file}`);
}

/** The scripts of a `Link` field (RFC 8288), without their leading slash. */
function preloaded(field: string): string[] {
  return Array.from(field.matchAll(/<\/([^>]+)>; rel=modulepreload/g), ([, file = ""]) => file);
}

async function weightOf(folder: string, files: readonly string[]): Promise<number> {
  const sizes = files.map(async (file) => {
    const source = await readFile(join(folder, file));
    return gzipSync(source, { level: constants.Z_BEST_COMPRESSION }).byteLength;
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
