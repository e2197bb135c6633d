import type { UserId } from "@parley/contracts/ids";
import { createTurns, type TurnsOptions } from "@parley/platform/async/turns";
import type { Log } from "@parley/platform/process/log";
import type { ObjectStore } from "../storage/object-store.ts";
import { readBytes } from "../storage/read-bytes.ts";
import { makeAvatar } from "./make-avatar.ts";

const MEDIA_TYPE = "image/webp";
const CACHE_BYTES = 32 * 1024 * 1024;

/**
 * One picture of a user at a time and two of the server, because a picture takes up to 160 MB and 0.5 s of
 * a core while it is decoded, in a thread of the runtime.
 */
const SIMULTANEOUS_DECODINGS: TurnsOptions = {
  maxRunning: 2,
  maxRunningPerKey: 1,
  maxQueuedPerKey: 2,
  maxQueued: 20,
  keyIsFull: "rate_limited",
};

type AvatarObjects = Pick<ObjectStore, "get" | "put" | "remove">;

export type Avatars = ReturnType<typeof createAvatars>;

/**
 * Stores avatars in the object store, and serves them as Data URLs from a cache in memory.
 *
 * Each upload is a separate object with a new name that one user at most refers to, so that removing
 * an object never needs a lock: no other user can be about to receive the same object. Two users with
 * equal pictures store the picture twice.
 * @param options.cacheBytes the size limit of the cached Data URLs.
 */
export function createAvatars(
  { objects, log }: { objects: AvatarObjects; log: Pick<Log, "warn"> },
  { cacheBytes = CACHE_BYTES } = {},
) {
  const decodeInTurn = createTurns<UserId>(SIMULTANEOUS_DECODINGS);
  const cache = new Map<string, string>();
  let cachedBytes = 0;

  function remember(name: string, url: string): void {
    forget(name);
    cache.set(name, url);
    cachedBytes += url.length;
    for (const oldest of cache.keys()) {
      if (cachedBytes <= cacheBytes) break;
      forget(oldest);
    }
  }

  function forget(name: string): void {
    cachedBytes -= cache.get(name)?.length ?? 0;
    cache.delete(name);
  }

  /** An avatar that cannot be read is shown as none, because the rest of the response does not depend on it. */
  async function load(name: string): Promise<string | null> {
    const bytes = await readBytes(objects, keyOf(name)).catch((error: unknown) => {
      log.warn({ err: error }, "reading an avatar failed");
      return null;
    });
    return bytes && dataUrl(bytes);
  }

  function cached(name: string): string | undefined {
    const url = cache.get(name);
    if (url !== undefined) remember(name, url);
    return url;
  }

  async function loadInto(urls: Map<string, string>, name: string): Promise<void> {
    const url = await load(name);
    if (url === null) return;
    remember(name, url);
    urls.set(name, url);
  }

  return {
    /**
     * Re-encodes and stores an image. One image of a user is decoded at a time; others wait.
     * @returns the name of the stored avatar.
     * @throws Refusal `bad_image`; `rate_limited` or `overloaded` when too many images wait.
     */
    async save(user: UserId, upload: Uint8Array, signal: AbortSignal): Promise<string> {
      const bytes = await decodeInTurn(user, () => makeAvatar(upload), signal);
      const name = Bun.randomUUIDv7();
      await objects.put(keyOf(name), bytes, MEDIA_TYPE);
      remember(name, dataUrl(bytes));
      return name;
    },

    /** @returns Data URLs by avatar name; an avatar that is missing or cannot be read is not in the map. */
    async dataUrls(names: Iterable<string>): Promise<Map<string, string>> {
      const urls = new Map<string, string>();
      const missing = new Set<string>();
      for (const name of names) {
        const url = cached(name);
        if (url === undefined) missing.add(name);
        else urls.set(name, url);
      }
      if (missing.size > 0) await Promise.all([...missing].map((name) => loadInto(urls, name)));
      return urls;
    },

    /** Removes an avatar that no user refers to. If the store fails, the object remains unused. */
    async remove(name: string): Promise<void> {
      forget(name);
      await objects.remove([keyOf(name)]).catch((error: unknown) => {
        log.warn({ err: error }, "removing an avatar failed");
      });
    },
  };
}

function keyOf(name: string): string {
  return `avatars/${name}`;
}

function dataUrl(bytes: Uint8Array): string {
  return `data:${MEDIA_TYPE};base64,${Buffer.from(bytes).toString("base64")}`;
}
