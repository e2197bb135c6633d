import {
  assertKey,
  assertPrefix,
  assertRange,
  assertType,
  type ListedObject,
  type ObjectInfo,
  type ObjectStore,
  resolveRange,
} from "../storage/object-store.ts";

interface MemoryObject extends ObjectInfo {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly modifiedAt: Date;
}

/** Stores objects in memory. */
export function createMemoryStore() {
  const objects = new Map<string, MemoryObject>();

  function find(key: string): MemoryObject | null {
    assertKey(key);
    return objects.get(key) ?? null;
  }

  async function* list(prefix: string): AsyncGenerator<ListedObject> {
    assertPrefix(prefix);
    for (const key of [...objects.keys()].filter((key) => key.startsWith(prefix)).sort()) {
      const object = objects.get(key);
      if (object) yield { key, size: object.size, modifiedAt: object.modifiedAt };
    }
  }

  return {
    objects: objects as ReadonlyMap<string, MemoryObject>,

    async put(key, source, type) {
      assertKey(key);
      assertType(type);
      const bytes =
        source instanceof Uint8Array
          ? Uint8Array.from(source)
          : await Bun.file(source.path).bytes();
      if (bytes.length < (source instanceof Uint8Array ? 0 : source.size))
        throw new Error("the file is shorter than its declared size");
      objects.set(key, { bytes, type, size: bytes.length, modifiedAt: new Date() });
    },

    async get(key, range) {
      assertRange(range);
      const object = find(key);
      if (!object) return null;
      const { offset, length } = resolveRange(range, object.size);
      const part = object.bytes.slice(offset, offset + length);
      return { size: object.size, type: object.type, length, body: new Blob([part]).stream() };
    },

    async head(key) {
      const object = find(key);
      return object && { size: object.size, type: object.type };
    },

    list,

    async remove(keys) {
      keys.forEach(assertKey);
      for (const key of keys) objects.delete(key);
    },

    async check() {},
  } satisfies ObjectStore & { objects: unknown };
}
