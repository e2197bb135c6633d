import type { Readable } from "node:stream";

/**
 * Streams `length` bytes of a response. A chunk is taken only when the stream's reader asks for one,
 * so that a slow reader slows the sender down. Cancelling the stream closes the connection.
 * @param timeoutMs how long the reader waits for one chunk before the stream fails.
 */
export function streamResponse(response: Readable, length: number, timeoutMs: number) {
  const chunks: AsyncIterator<Buffer<ArrayBuffer>> = response[Symbol.asyncIterator]();
  let received = 0;

  async function nextChunk(): Promise<Buffer<ArrayBuffer> | null> {
    const error = new Error("the object store stopped sending");
    const timer = setTimeout(() => response.destroy(error), timeoutMs);
    try {
      const { done, value } = await chunks.next();
      return done ? null : value;
    } finally {
      clearTimeout(timer);
    }
  }

  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        const chunk = received < length ? await nextChunk() : null;
        received += chunk?.length ?? 0;
        if (chunk) controller.enqueue(chunk);
        else if (received === length) controller.close();
        else throw new Error("the object store closed the connection early");
      },
      cancel() {
        response.destroy();
      },
    },
    { highWaterMark: 0 },
  );
}
