import type { Deadline } from "./deadline.ts";

/** Statuses whose answers have no body (Fetch Standard, 2.2.3). */
const NULL_BODY = new Set([204, 205, 304]);
/** Bytes up to which an answer is read whole: it costs less than a stream, and one that breaks off is still refused. */
const WHOLE = 64 * 1024;

/**
 * The body of the server's answer, each piece of which has to come within the deadline.
 * @param begin takes a place for a body that streams, or throws; what it returns gives the place back.
 */
export async function answerBody(
  answer: Response,
  deadline: Deadline,
  begin: () => () => void,
): Promise<ReadableStream<Uint8Array> | ArrayBuffer | null> {
  if (NULL_BODY.has(answer.status) || answer.body === null) return null;
  const length = answer.headers.get("content-length");
  if (length === null || Number(length) > WHOLE) return streamed(answer.body, deadline, begin);
  deadline.run();
  const whole = await answer.arrayBuffer();
  deadline.stop();
  return whole.byteLength > 0 ? whole : null;
}

async function streamed(
  body: ReadableStream<Uint8Array>,
  deadline: Deadline,
  begin: () => () => void,
): Promise<ReadableStream<Uint8Array>> {
  try {
    return watched(body, deadline, begin());
  } catch (error) {
    await body.cancel();
    throw error;
  }
}

/** The clock runs while the server is waited for, never while a slow reader takes his time. */
function watched(
  body: ReadableStream<Uint8Array>,
  deadline: Deadline,
  ended: () => void,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  const next = async () => {
    deadline.run();
    return reader.read().finally(deadline.stop);
  };
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await next();
        if (!done) return controller.enqueue(value);
        controller.close();
      } catch (error) {
        controller.error(error);
      }
      ended();
    },
    cancel(reason) {
      ended();
      return reader.cancel(reason);
    },
  });
}
