import type { Log } from "@parley/platform/process/log";
import type { ObjectStore } from "../storage/object-store.ts";
import { makeAvatar } from "./avatar-image.ts";

const TYPE = "image/webp";
const CACHE_BYTES = 32 * 1024 * 1024;

export type Avatars = ReturnType<typeof createAvatars>;

/**
 * Keeps avatars in the object store, and hands them out as Data URLs from memory.
 *
 * Each upload is an object of its own, with a name that was never there before and that one user at
 * most will have. Were equal pictures shared, one's removal could take what another, on whichever
 * server, is just being given; so nothing needs a lock, and two who like the same picture keep it twice.
 * @param options.cacheBytes how much the Data URLs in memory may take.
 */
export function createAvatars(
  { store, log }: { store: ObjectStore; log: Pick<Log, "warn"> },
  { cacheBytes = CACHE_BYTES } = {},
) {
  const cache = new Map<string, string>();
  let cached = 0;

  function remember(name: string, url: string): void {
    forget(name);
    cache.set(name, url);
    cached += url.length;
    for (const oldest of cache.keys()) {
      if (cached <= cacheBytes) break;
      forget(oldest);
    }
  }

  function forget(name: string): void {
    cached -= cache.get(name)?.length ?? 0;
    cache.delete(name);
  }

  /** A picture that can't be had now is no reason to refuse all that is asked with it. */
  async function load(name: string): Promise<string | null> {
    const bytes = await store.get(keyOf(name)).catch((error: unknown) => {
      log.warn({ err: error }, "an avatar could not be read");
      return null;
    });
    return bytes && dataUrl(bytes);
  }

  async function dataUrlOf(name: string): Promise<string | null> {
    const url = cache.get(name) ?? (await load(name));
    if (url !== null) remember(name, url);
    return url;
  }

  return {
    /**
     * Re-encodes and stores an image. @returns its name.
     * @throws Refusal `unsupported_media` or `bad_image`.
     */
    async save(upload: Uint8Array): Promise<string> {
      const bytes = await makeAvatar(upload);
      const name = Bun.randomUUIDv7();
      await store.put(keyOf(name), bytes, TYPE);
      remember(name, dataUrl(bytes));
      return name;
    },

    /** The Data URLs of avatars by their names; one that can't be had is not in the map. */
    async dataUrls(names: Iterable<string>): Promise<Map<string, string>> {
      const entries = await Promise.all(
        [...new Set(names)].map(async (name) => [name, await dataUrlOf(name)] as const),
      );
      return new Map(entries.filter((entry): entry is [string, string] => entry[1] !== null));
    },

    /** Takes a picture away that its user has no more; should the store not answer, it stays behind unused. */
    async remove(name: string): Promise<void> {
      forget(name);
      await store.remove(keyOf(name)).catch((error: unknown) => {
        log.warn({ err: error }, "an avatar could not be removed");
      });
    },
  };
}

function keyOf(name: string): string {
  return `avatars/${name}`;
}

function dataUrl(bytes: Uint8Array): string {
  return `data:${TYPE};base64,${Buffer.from(bytes).toString("base64")}`;
}
