import { open } from "node:fs/promises";
import type { StoredFile } from "./object-store.ts";

/** Bytes that are read at a position, so that a large file never has to be in memory. */
export interface ByteSource extends AsyncDisposable {
  readonly size: number;
  /**
   * Reads exactly `length` bytes. They are valid until the next read, because the buffer is reused.
   * @throws when the file is shorter.
   */
  read(offset: number, length: number): Promise<Buffer<ArrayBufferLike>>;
}

/** Opens bytes in memory or a file for reading. */
export async function openByteSource(source: Uint8Array | StoredFile): Promise<ByteSource> {
  return source instanceof Uint8Array ? openBytes(source) : openFile(source);
}

function openBytes(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    read: async (offset, length) => Buffer.from(bytes.buffer, bytes.byteOffset + offset, length),
    async [Symbol.asyncDispose]() {},
  };
}

async function openFile({ path, size }: StoredFile): Promise<ByteSource> {
  const file = await open(path, "r");
  let buffer = Buffer.alloc(0);
  return {
    size,
    async read(offset, length) {
      if (buffer.length < length) buffer = Buffer.allocUnsafeSlow(length);
      for (let filled = 0; filled < length; ) {
        const { bytesRead } = await file.read(buffer, filled, length - filled, offset + filled);
        if (bytesRead === 0) throw new Error("the file is shorter than its declared size");
        filled += bytesRead;
      }
      return buffer.subarray(0, length);
    },
    [Symbol.asyncDispose]: () => file.close(),
  };
}
