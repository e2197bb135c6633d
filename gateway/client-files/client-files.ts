import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { getMimeType } from "hono/utils/mime";
import type { Coding } from "./content-encoding.ts";

const PAGE = "/index.html";
/** What the build says of the page: `{"/login": "<…>; rel=modulepreload, …"}`. */
const HINTS = "/.preload.json";
/** Names that mean nothing to a router, and are no hidden files. */
const PROPER_PATH = /^(?:\/[\w-][\w.-]*)+$/;
const SUFFIX: Readonly<Record<Coding, string>> = { br: ".br", zstd: ".zst", gzip: ".gz" };

/** A file of the built client, in memory, plain and in the codings that the build made. */
export interface ClientFile {
  readonly type: string;
  /** Without quotes; each coding has its own (RFC 9110, 8.8.3.3). */
  readonly etag: string;
  readonly cacheControl: string;
  readonly plain: Uint8Array<ArrayBuffer>;
  readonly coded: ReadonlyMap<Coding, Uint8Array<ArrayBuffer>>;
}

export interface ClientFiles {
  /** The one page that shows every address of the client; null when the client is not built. */
  readonly page: ClientFile | null;
  /** What to fetch beside the page, as a `Link` field, by the first segment of the page's address. */
  readonly hints: ReadonlyMap<string, string>;
  /** All else, by path. */
  readonly files: ReadonlyMap<string, ClientFile>;
}

/** Reads the built client whole: what is served is what was there at the start, and nothing beside it. */
export async function loadClientFiles(folder: string): Promise<ClientFiles> {
  const paths = new Set(await listPaths(folder));
  const files = new Map<string, ClientFile>();
  for (const path of paths)
    if (!isCodedTwin(path, paths)) files.set(path, await loadFile(folder, path, paths));
  const page = files.get(PAGE) ?? null;
  files.delete(PAGE);
  return { page, hints: await loadHints(folder), files };
}

/** The files outside `/assets/`: icons, manifest, service worker. */
export function topLevelPaths({ files }: ClientFiles): string[] {
  return [...files.keys()].filter((path) => !path.startsWith("/assets/"));
}

async function listPaths(folder: string): Promise<string[]> {
  const options = { recursive: true, withFileTypes: true } as const;
  const entries = await readdir(folder, options).catch((error) => whereMissing(error, []));
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(folder).length))
    .filter((path) => PROPER_PATH.test(path));
}

async function loadHints(folder: string): Promise<Map<string, string>> {
  const json = await readFile(folder + HINTS, "utf8").catch((error) => whereMissing(error, "{}"));
  return new Map(Object.entries(JSON.parse(json)));
}

function whereMissing<T>(error: NodeJS.ErrnoException, otherwise: T): T {
  if (error.code !== "ENOENT") throw error;
  return otherwise;
}

function isCodedTwin(path: string, paths: ReadonlySet<string>): boolean {
  return Object.values(SUFFIX).some(
    (suffix) => path.endsWith(suffix) && paths.has(path.slice(0, -suffix.length)),
  );
}

async function loadFile(
  folder: string,
  path: string,
  paths: ReadonlySet<string>,
): Promise<ClientFile> {
  const plain = await readFile(folder + path);
  const coded = new Map<Coding, Uint8Array<ArrayBuffer>>();
  for (const [coding, suffix] of Object.entries(SUFFIX) as [Coding, string][])
    if (paths.has(path + suffix)) coded.set(coding, await readFile(folder + path + suffix));
  return {
    type: getMimeType(path) ?? "application/octet-stream",
    etag: createHash("sha256").update(plain).digest("base64url").slice(0, 22),
    cacheControl: path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache",
    plain,
    coded,
  };
}
