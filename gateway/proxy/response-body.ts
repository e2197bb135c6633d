import type { ResponseBody } from "@parley/upstream";
import type { ReleasePlace } from "../sockets/connection-counts.ts";

/** Bodies up to this length are delivered whole, where the length is known. */
const MAX_WHOLE_BYTES = 256 * 1024;

export interface DeliveryOptions {
  /** Takes a place for the download, or throws; the place is released when the body ends. */
  readonly begin: () => ReleasePlace | Promise<ReleasePlace>;
  readonly createWhole: (body: Uint8Array<ArrayBuffer>, onSent: () => void) => Bun.BodyInit;
  /** Called with the reason when the response is aborted after its head was sent. */
  readonly onAborted: (error: unknown) => void;
  /** Destroys the caller's connection, on a runtime where the error of a stream does more than that. */
  readonly destroyConnection?: (() => void) | undefined;
}

/**
 * Delivers the body of a response to the browser: a short one whole, and any other as a stream.
 *
 * The first piece of a stream is awaited: a failure before it can still be answered with a problem, and
 * Bun would print the error of the stream with the whole URL.
 */
export async function deliverBody(
  body: ResponseBody,
  options: DeliveryOptions,
): Promise<Bun.BodyInit> {
  let release = () => {};
  try {
    const place = options.begin();
    release = place instanceof Promise ? await place : place;
    const { length = Infinity } = body;
    if (length <= MAX_WHOLE_BYTES)
      return options.createWhole(await readWhole(body, length), release);
    return createStream(await body.read(), body, { ...options, release });
  } catch (error) {
    release();
    body.cancel();
    throw error;
  }
}

async function readWhole(body: ResponseBody, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const whole = new Uint8Array(length);
  let at = 0;
  for (let piece = await body.read(); piece; piece = await body.read()) {
    whole.set(piece, at);
    at += piece.byteLength;
  }
  return whole;
}

function createStream(
  firstPiece: Uint8Array | undefined,
  body: ResponseBody,
  { release, onAborted, destroyConnection }: DeliveryOptions & { release: ReleasePlace },
): ReadableStream<Uint8Array> {
  let first = firstPiece;
  let isCancelled = false;
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          const piece = first ?? (await body.read());
          first = undefined;
          if (isCancelled) return;
          if (piece) return controller.enqueue(piece);
          controller.close();
        } catch (error) {
          onAborted(error);
          if (destroyConnection) destroyConnection();
          else controller.error(new Error("The response was aborted"));
        }
        release();
      },
      cancel() {
        isCancelled = true;
        release();
        body.cancel();
      },
    },
    { highWaterMark: 0 },
  );
}
