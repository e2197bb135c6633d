/** A file on this machine whose bytes are to be stored. The caller creates and removes the file. */
export interface StoredFile {
  readonly path: string;
  readonly size: number;
}

/** A range of bytes (RFC 9110, 14.1.2). `last` is inclusive; without it the range ends with the object. */
export interface ByteRange {
  readonly first: number;
  readonly last?: number;
}

export interface ObjectInfo {
  /** The size of the whole object in bytes. */
  readonly size: number;
  /** The media type that was given to `put`. */
  readonly type: string;
}

export interface StoredObject extends ObjectInfo {
  /** The number of bytes in `body`: less than `size` if only a range was requested. */
  readonly length: number;
  /** Must be read to its end or cancelled, because until then it holds an open file or connection. */
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>>;
}

export interface ListedObject {
  readonly key: string;
  readonly size: number;
  readonly modifiedAt: Date;
}

/**
 * Stores objects, which are bytes with a media type, under keys. A key consists of words of `a-z`,
 * `0-9`, `_` and `-` that are separated by `/`. Every method throws for a malformed key, type or range.
 */
export interface ObjectStore {
  /** Stores the whole object or nothing, and replaces an object under the same key. */
  put(key: string, source: Uint8Array | StoredFile, type: string): Promise<void>;
  /**
   * Opens an object for reading. A range that extends beyond the end is cut off there.
   * @returns null when the object does not exist.
   * @throws RangeNotSatisfiableError when the range begins at the end of the object or beyond.
   */
  get(key: string, range?: ByteRange): Promise<StoredObject | null>;
  /** @returns null when the object does not exist. */
  head(key: string): Promise<ObjectInfo | null>;
  /**
   * Lists objects in the order of their keys, without loading the whole list.
   * @param prefix the beginning of their keys, for example `avatars/`.
   */
  list(prefix: string): AsyncIterable<ListedObject>;
  /** Removes objects. A key without an object is ignored. */
  remove(keys: readonly string[]): Promise<void>;
  /** @throws when the store cannot be used. */
  check(): Promise<void>;
}

/** The caller asked for something that no store can have. */
export class MalformedRequestError extends Error {}

export class RangeNotSatisfiableError extends Error {
  constructor() {
    super("the range begins beyond the end of the object");
  }
}

const KEY = /^[a-z0-9_-]+(\/[a-z0-9_-]+)*$/;
/** Printable ASCII, because the type becomes a header. */
const TYPE = /^[\x20-\x7e]{1,255}$/;
const PREFIX = /^([a-z0-9_-]+\/)*[a-z0-9_-]*$/;

/** @throws for a key that could name something outside of the store. */
export function assertKey(key: string): void {
  if (!KEY.test(key)) throw new MalformedRequestError("malformed object key");
}

/** @throws for a prefix with which no key can begin. */
export function assertPrefix(prefix: string): void {
  if (!PREFIX.test(prefix)) throw new MalformedRequestError("malformed prefix of object keys");
}

/** @throws for a malformed media type. */
export function assertType(type: string): void {
  if (!TYPE.test(type)) throw new MalformedRequestError("malformed media type");
}

/** @throws for a range that ends before it begins, or whose bounds are not offsets. */
export function assertRange(range: ByteRange | undefined): void {
  if (!range) return;
  const { first, last = first } = range;
  if (!(Number.isSafeInteger(first) && Number.isSafeInteger(last) && 0 <= first && first <= last))
    throw new MalformedRequestError("malformed range");
}

/**
 * Resolves a requested range in an object of `size` bytes. Without a range, all bytes are requested.
 * @throws RangeNotSatisfiableError when the range begins beyond the end.
 */
export function resolveRange(range: ByteRange | undefined, size: number) {
  if (!range) return { offset: 0, length: size };
  if (range.first >= size) throw new RangeNotSatisfiableError();
  const end = Math.min((range.last ?? size) + 1, size);
  return { offset: range.first, length: end - range.first };
}
