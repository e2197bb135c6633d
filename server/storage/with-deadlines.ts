import type { ObjectStore, StoredFile, StoredObject } from "./object-store.ts";

export interface StoreDeadlines {
  /** Until a request is answered, and between two chunks of a download. */
  readonly answerMs?: number;
  /** Until so many bytes of an upload are stored. */
  readonly uploadMs?: number;
}

const BYTES_PER_UPLOAD_DEADLINE = 5 * 1024 * 1024;

/**
 * Makes every call of an object store end: a store that accepts a request and never answers, such as a
 * folder of a network file system that hangs, would otherwise hold the request for ever.
 *
 * A call that was given up may still happen.
 */
export function withDeadlines(
  store: ObjectStore,
  { answerMs = 3_000, uploadMs = 15_000 }: StoreDeadlines = {},
): ObjectStore {
  async function* list(prefix: string) {
    const entries = store.list(prefix)[Symbol.asyncIterator]();
    for (;;) {
      const { done, value } = await within(answerMs, entries.next());
      if (done) return;
      yield value;
    }
  }

  function limitChunks(object: StoredObject | null): StoredObject | null {
    return object && { ...object, body: chunksWithin(answerMs, object.body) };
  }

  return {
    put: (key, source, type) => {
      const parts = Math.max(1, Math.ceil(sizeOf(source) / BYTES_PER_UPLOAD_DEADLINE));
      return within(uploadMs * parts, store.put(key, source, type));
    },
    get: async (...args) => limitChunks(await within(answerMs, store.get(...args))),
    head: (...args) => within(answerMs, store.head(...args)),
    remove: (keys) => within(answerMs, store.remove(keys)),
    list,
    check: () => within(answerMs, store.check()),
  };
}

function sizeOf(source: Uint8Array | StoredFile): number {
  return source instanceof Uint8Array ? source.length : source.size;
}

async function within<T>(ms: number, call: Promise<T>): Promise<T> {
  const { promise: deadline, reject } = Promise.withResolvers<never>();
  const error = new Error(`the object store did not respond within ${ms / 1_000} s`);
  const timer = setTimeout(() => reject(error), ms);
  try {
    return await Promise.race([call, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

function chunksWithin(ms: number, body: StoredObject["body"]): StoredObject["body"] {
  const reader = body.getReader();
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          const { done, value } = await within(ms, reader.read());
          if (done) controller.close();
          else controller.enqueue(value);
        } catch (error) {
          // Without waiting, because a store that hangs does not answer this either.
          void reader.cancel(error).catch(() => {});
          throw error;
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}
