import { LIMITS } from "@parley/contracts/limits";
import type { BodyClass } from "@parley/contracts/routes";
import { Refusal } from "@parley/platform/http/problem";
import { parseContentLength, type UpstreamRequest } from "@parley/upstream";
import { isPreflight } from "../access/preflight.ts";
import { createRateTimer, type MinimumRate } from "./minimum-rate.ts";

export interface BodyRule {
  readonly maxBytes: number;
  /**
   * Whether the body is passed on while it arrives. A small body is buffered whole first, so that a slow
   * sender does not hold a connection to the server.
   */
  readonly streams: boolean;
}

const JSON_RULE: BodyRule = { maxBytes: LIMITS.maxJsonBytes, streams: false };

const BODY_RULES: Readonly<Record<BodyClass, BodyRule>> = {
  credentials: { maxBytes: LIMITS.maxCredentialsBytes, streams: false },
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
  readonly maxBytes: number;
  readonly minimumRate: MinimumRate;
  /** Called with the bytes of each piece; an error that it throws ends the body. */
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
 * Reads the length that a request announces.
 * @returns undefined where it announces none.
 * @throws Refusal `bad_request`, or `too_large` above `maxBytes`.
 */
export function announcedLength({ headers }: Request, maxBytes: number): number | undefined {
  const header = headers.get("content-length");
  const length = parseContentLength(header === null ? [] : [header]);
  if (length === null) throw new Refusal("bad_request", "Content-Length is not one number.");
  if ((length ?? 0) > maxBytes) throw tooLarge(maxBytes);
  return length;
}

/**
 * Receives a body within its size limit and at the minimum rate; it fails with the Refusal `too_large`
 * or `request_timeout`. Reads nothing ahead, so that at any time either the caller or the server is
 * waited for, and never both.
 */
export function receive(
  body: ReadableStream<Uint8Array>,
  { maxBytes, minimumRate, onPiece }: Reception,
): ReadableStream<Uint8Array> {
  const timer = createRateTimer(minimumRate);
  const reader = body.getReader();
  let size = 0;

  async function next(): Promise<Uint8Array | undefined> {
    const { value } = await timer.wait(reader.read());
    const bytes = value?.byteLength ?? 0;
    timer.received(bytes);
    size += bytes;
    if (size > maxBytes) throw tooLarge(maxBytes);
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
