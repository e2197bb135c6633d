import { LIMITS } from "@parley/contracts/limits";
import { Refusal } from "@parley/platform/problem";

export interface BodyRule {
  /** Bytes. */
  readonly limit: number;
  /**
   * Whether the body is handed on as it comes. A small one is read whole first, so that a sender who
   * dawdles holds none of the few connections to the server.
   */
  readonly streams: boolean;
}

/** How large a body may be, and how it travels. */
export function bodyRule(method: string, path: string): BodyRule {
  if (method === "PUT" && path === "/service/api/profile/avatar")
    return { limit: LIMITS.avatar, streams: true };
  if (method === "POST" && path === "/service/api/files")
    return { limit: LIMITS.file, streams: true };
  return { limit: LIMITS.json, streams: false };
}

/**
 * The body of a request within its limit, whether its length was said or not.
 * @param onPiece called with the bytes of each piece as it comes.
 * @throws Refusal `too_large`; a stream breaks with it.
 */
export async function limitedBody(
  request: Request,
  { limit, streams }: BodyRule,
  onPiece: (bytes: number) => void,
): Promise<ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer> | null> {
  if (Number(request.headers.get("content-length") ?? 0) > limit) throw tooLarge(limit);
  if (request.body === null) return null;
  const counted = request.body.pipeThrough(countBytes(limit, onPiece));
  return streams ? counted : new Uint8Array(await new Response(counted).arrayBuffer());
}

function countBytes(limit: number, onPiece: (bytes: number) => void) {
  let size = 0;
  return new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      size += chunk.byteLength;
      if (size > limit) return controller.error(tooLarge(limit));
      onPiece(chunk.byteLength);
      controller.enqueue(chunk);
    },
  });
}

function tooLarge(limit: number): Refusal {
  return new Refusal("too_large", `The body may have at most ${limit} bytes here.`);
}
