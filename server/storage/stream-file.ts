import type { FileHandle } from "node:fs/promises";

const CHUNK_BYTES = 256 * 1024;

/**
 * Streams a part of a file. A chunk is read only when the stream's reader asks for one. The file is
 * closed at the end, after an error, and when the stream is cancelled.
 */
export function streamFile(file: FileHandle, offset: number, length: number) {
  const end = offset + length;
  let position = offset;

  async function readChunk(): Promise<Uint8Array<ArrayBuffer>> {
    const chunk = new Uint8Array(Math.min(CHUNK_BYTES, end - position));
    const { bytesRead } = await file.read(chunk, 0, chunk.length, position);
    if (bytesRead === 0) throw new Error("the file became shorter while it was read");
    position += bytesRead;
    return chunk.subarray(0, bytesRead);
  }

  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        try {
          if (position < end) controller.enqueue(await readChunk());
          if (position < end) return;
          controller.close();
          await file.close();
        } catch (error) {
          await file.close();
          throw error;
        }
      },
      cancel: () => file.close(),
    },
    { highWaterMark: 0 },
  );
}
