import { throwIfEncoded } from "@parley/platform/http/content-encoding";
import type { Context } from "hono";
import type { GatewayEnv } from "../gateway-env.ts";
import type { BeginBuffering } from "./buffered-bodies.ts";
import type { MinimumRate } from "./minimum-rate.ts";
import { announcedLength, bodyRule, type RequestBody, receive } from "./request-body.ts";
import type { BeginTransfer } from "./transfers.ts";

/** A body, and the place that it takes until its request is answered. */
export interface ReceivedBody extends RequestBody {
  readonly release: () => void;
}

export interface BodyReceiverOptions {
  /** For a body that is streamed. */
  readonly minimumRate: MinimumRate;
  /** How long a body that is buffered may take. */
  readonly bufferedBodyMs: number;
  readonly beginTransfer: BeginTransfer;
  readonly beginBuffering: BeginBuffering;
  /** Called with the bytes of each piece of a body. */
  readonly onReceived: (bytes: number) => void;
}

/** Creates the function that receives the body of a request, as the rule of its route says. */
export function createBodyReceiver({
  minimumRate,
  bufferedBodyMs,
  beginTransfer,
  beginBuffering,
  onReceived,
}: BodyReceiverOptions) {
  /** The clock of a buffered body never restarts, because no part of it is enough. */
  const totalTime: MinimumRate = { bytes: Infinity, withinMs: bufferedBodyMs };

  async function stream(c: Context<GatewayEnv>, maxBytes: number): Promise<ReceivedBody> {
    const length = announcedLength(c.req.raw, maxBytes);
    const place = beginTransfer("upload", c);
    const release = place instanceof Promise ? await place : place;
    const { body } = c.req.raw;
    const reception = { maxBytes, minimumRate, onPiece: onReceived };
    return { body: body && receive(body, reception), length, release };
  }

  /** An announced length is counted before the runtime buffers the body. */
  async function buffer(c: Context<GatewayEnv>, maxBytes: number): Promise<ReceivedBody> {
    const length = announcedLength(c.req.raw, maxBytes);
    const place = beginBuffering(c);
    try {
      place.add(length ?? 0);
      const { body } = c.req.raw;
      const onPiece = (bytes: number) => {
        onReceived(bytes);
        if (length === undefined) place.add(bytes);
      };
      const whole = body && receive(body, { maxBytes, minimumRate: totalTime, onPiece });
      const bytes = whole && new Uint8Array(await new Response(whole).arrayBuffer());
      place.complete();
      return { body: bytes, release: place.release };
    } catch (error) {
      place.release();
      throw error;
    }
  }

  /**
   * Receives the body of a request: streams an upload, and buffers a small body whole.
   * @throws Refusal `unsupported_media`, `bad_request`, `too_large`, `request_timeout`, `rate_limited`
   * or `overloaded`; a streamed body fails with it.
   */
  return function receiveBody(c: Context<GatewayEnv>): Promise<ReceivedBody> {
    throwIfEncoded(c.req.raw.headers);
    const { maxBytes, streams } = bodyRule(c.req.raw, c.get("route"));
    return streams ? stream(c, maxBytes) : buffer(c, maxBytes);
  };
}
