import type { FileHandle } from "node:fs/promises";
import { assertType, type ObjectInfo } from "./object-store.ts";

/** Marks a file that ends with a footer. Its random bytes keep other files from ending like this. */
const MAGIC = Buffer.from("7061726c65790001b8f04c1de96a732f", "hex");
const MAX_TYPE_BYTES = 255;
/** The magic bytes, and before them one byte that holds the length of the media type. */
const FIXED_BYTES = MAGIC.length + 1;
/** The type of a file without a footer. */
const UNKNOWN_TYPE = "application/octet-stream";

/**
 * Encodes the footer that follows an object's bytes in its file: the media type, its length and the
 * magic bytes.
 * @param type at most 255 bytes of ASCII.
 */
export function encodeFooter(type: string): Buffer {
  assertType(type);
  return Buffer.concat([Buffer.from(type, "latin1"), Buffer.from([type.length]), MAGIC]);
}

/** Reads the size and the media type of the object in a file. A file without a footer is all object. */
export async function readFooter(file: FileHandle): Promise<ObjectInfo> {
  const { size: fileSize } = await file.stat();
  const tail = Buffer.alloc(Math.min(fileSize, MAX_TYPE_BYTES + FIXED_BYTES));
  await file.read(tail, 0, tail.length, fileSize - tail.length);
  const lengthAt = tail.length - FIXED_BYTES;
  const typeLength = tail[lengthAt] ?? 0;
  if (lengthAt < typeLength || !tail.subarray(lengthAt + 1).equals(MAGIC))
    return { size: fileSize, type: UNKNOWN_TYPE };
  return {
    size: fileSize - FIXED_BYTES - typeLength,
    type: tail.toString("latin1", lengthAt - typeLength, lengthAt),
  };
}
