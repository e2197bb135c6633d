import { LIMITS } from "@parley/contracts/limits";
import type { BodyClass } from "@parley/contracts/routes";
import { Refusal } from "@parley/platform/http/problem";
import { parseContentLength, type UpstreamRequest } from "@parley/upstream";
import { isPreflight } from "../access/preflight.ts";
import { createRateTimer, type MinimumRate } from "./minimum-rate.ts";

export interface BodyRule {
  readonly maxBytes: number;
  /**
   * Whether the body is passed on while it arrives. A small body is read whole first, so that a slow
   * sender does not hold a connection to the server.
   */
  readonly streams: boolean;
}

const JSON_RULE: BodyRule = { maxBytes: LIMITS.maxJsonBytes, streams: false };

const BODY_RULES: Readonly<Record<BodyClass, BodyRule>> = {
  json: JSON_RULE,
  avatar: { maxBytes: LIMITS.maxAvatarBytes, streams: true },
  file: { maxBytes: LIMITS.maxFileBytes, streams: true },
  none: JSON_RULE,
};

/** How large the body of a request to a route may be, and whether the gateway buffers it. */
export function bodyRule(request: Request, { body }: { readonly body: BodyClass }): BodyRule {
  return isPreflight(request) ? JSON_RULE : BODY_RULES[body];
}

/** How a body is received. */
export interface Reception {
  readonly minimumRate: MinimumRate;
  /** Called with the bytes of each piece. */
  readonly onPiece: (bytes: number) => void;
}

/** Whether a request can have a body; on Bun reading `request.body` costs as much as reading all headers. */
export function mayHaveBody({ method, headers }: Request): boolean {
  const isLikely = method !== "GET" && method !== "HEAD";
  return isLikely || headers.has("content-length") || headers.has("transfer-encoding");
}

/** The body for the server, and its length where it is known. */
export type RequestBody = Pick<UpstreamRequest, "body" | "length">;

/**
 * Receives the body of a request within its size limit and at the minimum rate.
 * @throws Refusal `bad_request`, `too_large` or `request_timeout`; a streamed body fails with it.
 */
export async function limitedBody(
  request: Request,
  { maxBytes, streams }: BodyRule,
  reception: Reception,
): Promise<RequestBody> {
  const header = request.headers.get("content-length");
  const length = parseContentLength(header === null ? [] : [header]);
  if (length === null) throw new Refusal("bad_request", "Content-Length is not one number.");
  if ((length ?? 0) > maxBytes) throw tooLarge(maxBytes);
  if (request.body === null) return { body: null };
  const body = receive(request.body, maxBytes, reception);
  return { body: streams ? body : new Uint8Array(await new Response(body).arrayBuffer()), length };
}

/** Reads nothing ahead, so that at any time either the caller or the server is waited for, and never both. */
function receive(body: ReadableStream<Uint8Array>, limit: number, reception: Reception) {
  const { onPiece } = reception;
  const timer = createRateTimer(reception.minimumRate);
  const reader = body.getReader();
  let size = 0;

  async function next(): Promise<Uint8Array | undefined> {
    const { value } = await timer.wait(reader.read());
    const bytes = value?.byteLength ?? 0;
    timer.received(bytes);
    size += bytes;
    if (size > limit) throw tooLarge(limit);
    onPiece(bytes);
    return value;
  }

  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const piece = await next();
        if (piece) controller.enqueue(piece);
        else controller.close();
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

function tooLarge(limit: number): Refusal {
  return new Refusal("too_large", `The body may have at most ${limit} bytes.`);
}
