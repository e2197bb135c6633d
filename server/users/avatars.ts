import { createHash } from "node:crypto";
import type { Log } from "@parley/platform/log";
import type { ObjectStore } from "../storage/object-store.ts";
import { makeAvatar } from "./avatar-image.ts";

const TYPE = "image/webp";
const CACHE_BYTES = 32 * 1024 * 1024;

export type Avatars = ReturnType<typeof createAvatars>;

/**
 * Keeps avatars in the object store under the hash of their bytes, and hands them out as Data URLs
 * from memory.
 * @param options.cacheBytes how much the Data URLs in memory may take.
 */
export function createAvatars(
  { store, log }: { store: ObjectStore; log: Pick<Log, "warn"> },
  { cacheBytes = CACHE_BYTES } = {},
) {
  const cache = new Map<string, string>();
  let cached = 0;

  function remember(hash: string, url: string): void {
    forget(hash);
    cache.set(hash, url);
    cached += url.length;
    for (const oldest of cache.keys()) {
      if (cached <= cacheBytes) break;
      forget(oldest);
    }
  }

  function forget(hash: string): void {
    cached -= cache.get(hash)?.length ?? 0;
    cache.delete(hash);
  }

  /** A picture that can't be had now is no reason to refuse all that is asked with it. */
  async function load(hash: string): Promise<string | null> {
    const bytes = await store.get(keyOf(hash)).catch((error: unknown) => {
      log.warn({ err: error }, "an avatar could not be read");
      return null;
    });
    return bytes && dataUrl(bytes);
  }

  async function dataUrlOf(hash: string): Promise<string | null> {
    const url = cache.get(hash) ?? (await load(hash));
    if (url !== null) remember(hash, url);
    return url;
  }

  return {
    /**
     * Re-encodes and stores an image. @returns its hash.
     * @throws Refusal `unsupported_media` or `bad_image`.
     */
    async save(upload: Uint8Array): Promise<string> {
      const bytes = await makeAvatar(upload);
      const hash = createHash("sha256").update(bytes).digest("hex");
      await store.put(keyOf(hash), bytes, TYPE);
      remember(hash, dataUrl(bytes));
      return hash;
    },

    /** The Data URLs of avatars by their hashes; one that can't be had is not in the map. */
    async dataUrls(hashes: Iterable<string>): Promise<Map<string, string>> {
      const entries = await Promise.all(
        [...new Set(hashes)].map(async (hash) => [hash, await dataUrlOf(hash)] as const),
      );
      return new Map(entries.filter((entry): entry is [string, string] => entry[1] !== null));
    },

    /** Takes a picture away that nobody has any more; should the store not answer, it stays behind unused. */
    async remove(hash: string): Promise<void> {
      forget(hash);
      await store.remove(keyOf(hash)).catch((error: unknown) => {
        log.warn({ err: error }, "an avatar could not be removed");
      });
    },
  };
}

function keyOf(hash: string): string {
  return `avatars/${hash}`;
}

function dataUrl(bytes: Uint8Array): string {
  return `data:${TYPE};base64,${Buffer.from(bytes).toString("base64")}`;
}
