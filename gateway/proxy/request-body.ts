import { LIMITS } from "@parley/contracts/limits";
import type { BodyClass } from "@parley/contracts/routes";
import { Refusal } from "@parley/platform/http/problem";
import { isPreflight } from "../access/preflight.ts";
import { contentLength } from "../upstream/content-length.ts";
import type { UpstreamRequest } from "../upstream/request-head.ts";
import { createPace, type LeastPace } from "./pace.ts";

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

/** What happens while a body comes in. */
export interface Reception {
  readonly pace: LeastPace;
  /** Told the bytes of each piece as it comes. */
  readonly onPiece: (bytes: number) => void;
}

/** Whether there is a body to look for: on Bun already the look at one costs as much as all the fields. */
export function mayHaveBody({ method, headers }: Request): boolean {
  const isUsual = method !== "GET" && method !== "HEAD";
  return isUsual || headers.has("content-length") || headers.has("transfer-encoding");
}

/** A body as it goes to the server, and its bytes, where its sender has said them. */
export type SentBody = Pick<UpstreamRequest, "body" | "length">;

/**
 * The body of a request within its limit, whether its length was said or not, and at no less than the
 * least pace.
 * @throws Refusal `bad_request`, `too_large` or `request_timeout`; a stream breaks with it.
 */
export async function limitedBody(
  request: Request,
  { maxBytes, streams }: BodyRule,
  reception: Reception,
): Promise<SentBody> {
  const said = request.headers.get("content-length");
  const length = contentLength(said === null ? [] : [said]);
  if (length === null)
    throw new Refusal("bad_request", "The length of the body is not one number.");
  if ((length ?? 0) > maxBytes) throw tooLarge(maxBytes);
  if (request.body === null) return { body: null };
  const body = received(request.body, maxBytes, reception);
  return { body: streams ? body : new Uint8Array(await new Response(body).arrayBuffer()), length };
}

/** Nothing is read before it is asked for: so it is known at any time which of the two is waited for. */
function received(body: ReadableStream<Uint8Array>, limit: number, reception: Reception) {
  const { onPiece } = reception;
  const pace = createPace(reception.pace);
  const reader = body.getReader();
  let size = 0;

  async function next(): Promise<Uint8Array | undefined> {
    const { value } = await pace.until(reader.read());
    const bytes = value?.byteLength ?? 0;
    pace.came(bytes);
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
  return new Refusal("too_large", `The body may have at most ${limit} bytes here.`);
}
