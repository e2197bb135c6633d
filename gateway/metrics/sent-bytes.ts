import type { Context } from "hono";

/**
 * Bytes of the response's body. A body of unknown length is replaced by one that counts; the promise
 * resolves when that body has ended, completely or not.
 */
export function sentBytes(c: Context): number | Promise<number> {
  const { headers, status } = c.res;
  if (c.req.method === "HEAD" || status === 304) return 0;
  const length = headers.get("content-length");
  if (length !== null) return Number(length);
  const { body } = c.res;
  if (body === null) return 0;
  const counted = count(body);
  c.res = new Response(counted.body, { status, headers });
  return counted.bytes;
}

function count(body: ReadableStream<Uint8Array>) {
  const { promise: bytes, resolve } = Promise.withResolvers<number>();
  const reader = body.getReader();
  let size = 0;
  return {
    bytes,
    body: new ReadableStream<Uint8Array>({
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          size += value?.byteLength ?? 0;
          if (!done) return controller.enqueue(value);
          controller.close();
        } catch (error) {
          controller.error(error);
        }
        resolve(size);
      },
      cancel(reason) {
        resolve(size);
        return reader.cancel(reason);
      },
    }),
  };
}
