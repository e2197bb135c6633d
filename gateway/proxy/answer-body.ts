import type { Deadline } from "./deadline.ts";

/** Statuses whose answers have no body (Fetch Standard, 2.2.3). */
export const NULL_BODY: ReadonlySet<number> = new Set([204, 205, 304]);
/** Bytes up to which an answer is read whole: it costs less than a stream, and one that breaks off is still refused. */
const WHOLE = 64 * 1024;

/** What happens to an answer that streams. */
export interface Delivery {
  /** Takes a place for it, or throws; what it returns gives the place back. */
  readonly begin: () => () => void;
  /** Told why an answer broke off whose beginning was sent on already. */
  readonly onBreak: (error: unknown) => void;
}

/** The body of the server's answer, each piece of which has to come within the deadline. */
export async function answerBody(
  answer: Response,
  deadline: Deadline,
  delivery: Delivery,
): Promise<ReadableStream<Uint8Array> | ArrayBuffer | null> {
  if (NULL_BODY.has(answer.status) || answer.body === null) return null;
  const length = answer.headers.get("content-length");
  if (length === null || Number(length) > WHOLE)
    return streamed(answer.body.getReader(), deadline, delivery);
  deadline.run();
  const whole = await answer.arrayBuffer();
  deadline.stop();
  return whole.byteLength > 0 ? whole : null;
}

type Reader = Pick<ReadableStreamDefaultReader<Uint8Array>, "read" | "cancel">;
type Next = () => ReturnType<Reader["read"]>;

/**
 * The first piece is waited for: where even that can't be read, the caller may still be told so, and
 * Bun would print the error of such a stream with the whole URL.
 */
async function streamed(reader: Reader, deadline: Deadline, delivery: Delivery) {
  // The clock runs while the server is waited for, never while a slow reader takes his time.
  const next = () => {
    deadline.run();
    return reader.read().finally(deadline.stop);
  };
  let ended = () => {};
  try {
    ended = delivery.begin();
    return rest(await next(), next, { ...delivery, ended, reader });
  } catch (error) {
    ended();
    void reader.cancel().catch(() => {});
    throw error;
  }
}

function rest(
  first: Awaited<ReturnType<Next>>,
  next: Next,
  { ended, onBreak, reader }: Delivery & { ended: () => void; reader: Reader },
): ReadableStream<Uint8Array> {
  let piece: typeof first | undefined = first;
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          const { done, value } = piece ?? (await next());
          piece = undefined;
          if (!done) return controller.enqueue(value);
          controller.close();
        } catch (error) {
          onBreak(error);
          controller.error(new Error("The answer broke off"));
        }
        ended();
      },
      cancel(reason) {
        ended();
        return reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}
