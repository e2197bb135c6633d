import type { AnswerBody } from "../upstream/body-queue.ts";

/** What happens to an answer that streams. */
export interface Delivery {
  /** Takes a place for it, or throws; what it returns gives the place back. */
  readonly begin: () => () => void;
  /** Told why an answer broke off whose beginning was sent on already. */
  readonly onBreak: (error: unknown) => void;
  /** Ends the caller's connection, where the error of a stream does not do just that. */
  readonly cutOff?: (() => void) | undefined;
}

/**
 * The body of an answer as the browser gets it.
 *
 * The first piece is waited for: where even that can't be read, the caller may still be told so, and
 * Bun would print the error of such a stream with the whole URL.
 */
export async function streamed(
  body: AnswerBody,
  delivery: Delivery,
): Promise<ReadableStream<Uint8Array>> {
  let ended = () => {};
  try {
    ended = delivery.begin();
    return rest(await body.read(), body, { ...delivery, ended });
  } catch (error) {
    ended();
    body.cancel();
    throw error;
  }
}

function rest(
  first: Uint8Array | undefined,
  body: AnswerBody,
  { ended, onBreak, cutOff }: Delivery & { ended: () => void },
): ReadableStream<Uint8Array> {
  let came = first;
  let isCancelled = false;
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          const piece = came ?? (await body.read());
          came = undefined;
          if (isCancelled) return;
          if (piece) return controller.enqueue(piece);
          controller.close();
        } catch (error) {
          onBreak(error);
          if (cutOff) cutOff();
          else controller.error(new Error("The answer broke off"));
        }
        ended();
      },
      cancel() {
        isCancelled = true;
        ended();
        body.cancel();
      },
    },
    { highWaterMark: 0 },
  );
}
