import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { getMimeType } from "hono/utils/mime";
import type { Encoding } from "./content-encoding.ts";

const PAGE = "/index.html";
/** The `Link` headers that the build computed: `{"/login": "<…>; rel=modulepreload, …"}`. */
const PRELOAD_PATH = "/.preload.json";
/** Paths without hidden files and without characters that a router interprets. */
const SERVABLE_PATH = /^(?:\/[\w-][\w.-]*)+$/;
const SUFFIX: Readonly<Record<Encoding, string>> = { br: ".br", zstd: ".zst", gzip: ".gz" };

/** A file of the built client, in memory, unencoded and in the encodings that the build created. */
export interface ClientFile {
  readonly type: string;
  /** Without quotes; each encoding has a tag of its own (RFC 9110, 8.8.3.3). */
  readonly etag: string;
  readonly cacheControl: string;
  readonly identity: Uint8Array<ArrayBuffer>;
  readonly encoded: ReadonlyMap<Encoding, Uint8Array<ArrayBuffer>>;
}

export interface ClientFiles {
  /** The single page of the client, served at all of its addresses; null when the client is not built. */
  readonly page: ClientFile | null;
  /** `Link` headers that preload modules, by the first segment of the page's path. */
  readonly preloads: ReadonlyMap<string, string>;
  /** All other files, by path. */
  readonly files: ReadonlyMap<string, ClientFile>;
}

/** Reads the built client into memory: only files that exist at the start are served. */
export async function loadClientFiles(folder: string): Promise<ClientFiles> {
  const paths = new Set(await listPaths(folder));
  const files = new Map<string, ClientFile>();
  for (const path of paths)
    if (!isEncodedVariant(path, paths)) files.set(path, await loadFile(folder, path, paths));
  const page = files.get(PAGE) ?? null;
  files.delete(PAGE);
  return { page, preloads: await loadPreloads(folder), files };
}

/** The files outside `/assets/`: icons, manifest, service worker. */
export function topLevelPaths({ files }: ClientFiles): string[] {
  return [...files.keys()].filter((path) => !path.startsWith("/assets/"));
}

async function listPaths(folder: string): Promise<string[]> {
  const options = { recursive: true, withFileTypes: true } as const;
  const entries = await readdir(folder, options).catch((error) => fallbackIfMissing(error, []));
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(folder).length))
    .filter((path) => SERVABLE_PATH.test(path));
}

async function loadPreloads(folder: string): Promise<Map<string, string>> {
  const json = await readFile(folder + PRELOAD_PATH, "utf8").catch((error) =>
    fallbackIfMissing(error, "{}"),
  );
  return new Map(Object.entries(JSON.parse(json)));
}

function fallbackIfMissing<T>(error: NodeJS.ErrnoException, fallback: T): T {
  if (error.code !== "ENOENT") throw error;
  return fallback;
}

function isEncodedVariant(path: string, paths: ReadonlySet<string>): boolean {
  return Object.values(SUFFIX).some(
    (suffix) => path.endsWith(suffix) && paths.has(path.slice(0, -suffix.length)),
  );
}

async function loadFile(
  folder: string,
  path: string,
  paths: ReadonlySet<string>,
): Promise<ClientFile> {
  const identity = await readFile(folder + path);
  const encoded = new Map<Encoding, Uint8Array<ArrayBuffer>>();
  for (const [encoding, suffix] of Object.entries(SUFFIX) as [Encoding, string][])
    if (paths.has(path + suffix)) encoded.set(encoding, await readFile(folder + path + suffix));
  return {
    type: getMimeType(path) ?? "application/octet-stream",
    etag: createHash("sha256").update(identity).digest("base64url").slice(0, 22),
    cacheControl: path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache",
    identity,
    encoded,
  };
}
