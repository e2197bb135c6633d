import type { Deadline } from "./deadline.ts";

/** Statuses whose answers have no body (Fetch Standard, 2.2.3). */
export const NULL_BODY: ReadonlySet<number> = new Set([204, 205, 304]);
/** Bytes up to which an answer is read whole: it costs less than a stream, and one that breaks off is still refused. */
const WHOLE = 64 * 1024;

/** The body of the server's answer, each piece of which has to come within the deadline. */
export async function answerBody(
  answer: Response,
  deadline: Deadline,
): Promise<ReadableStream<Uint8Array> | ArrayBuffer | null> {
  if (NULL_BODY.has(answer.status)) return null;
  const length = answer.headers.get("content-length");
  if (length === null || Number(length) > WHOLE)
    return answer.body && watched(answer.body, deadline);
  deadline.run();
  const whole = await answer.arrayBuffer();
  deadline.stop();
  return whole.byteLength > 0 ? whole : null;
}

/** The clock runs while the server is waited for, never while a slow reader takes his time. */
function watched(body: ReadableStream<Uint8Array>, deadline: Deadline): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream({
    async pull(controller) {
      deadline.run();
      const { done, value } = await reader.read().finally(deadline.stop);
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
}
