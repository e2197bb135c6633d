/** Below this size Bun itself assembles head and body in one buffer. */
const ASSEMBLED_BELOW_BYTES = 15 * 1024;

/**
 * Creates the body of a response that Bun sends together with its head in one system call: of a larger
 * response that was awaited, Bun 1.4.5 sends each piece of the head in a call of its own, unless the body is
 * a stream of this kind that ends before its buffer is full (docs/decisions/http-on-bun.md). The response
 * has a `Content-Length` all the same. Only for the response to a method other than HEAD.
 * @param onSent is called once the response is handed to the kernel, or the caller has left.
 */
export function wholeBody(
  body: string | Uint8Array<ArrayBuffer>,
  onSent?: () => void,
): Bun.BodyInit {
  const bytes = Buffer.byteLength(body);
  if (bytes < ASSEMBLED_BELOW_BYTES && !onSent) return body;
  let unsent = body;
  return new ReadableStream(
    {
      type: "direct",
      async pull(controller) {
        void controller.write(unsent);
        // The stream has a copy: a slow reader shall hold one and not two.
        unsent = "";
        await controller.end();
        onSent?.();
      },
      cancel: () => onSent?.(),
    },
    // The buffer is sent when it is full, and then in chunks.
    { highWaterMark: bytes + 1 },
  );
}
