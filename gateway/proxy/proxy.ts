import { setTimeout as sleep } from "node:timers/promises";
import type { ErrorCode } from "@parley/contracts/errors";
import { LIMITS } from "@parley/contracts/limits";
import { allowedMethods } from "@parley/contracts/routes";
import { deviceCookieName } from "@parley/platform/http/device-cookie";
import { METHODS } from "@parley/platform/http/methods";
import { CLIENT_CLOSED_REQUEST, Refusal } from "@parley/platform/http/problem";
import { wholeBody } from "@parley/platform/http/whole-body";
import {
  type HeaderList,
  isStreamed,
  type Upstream,
  type UpstreamRequest,
  type UpstreamResponse,
} from "@parley/upstream";
import type { Context } from "hono";
import { getCookie } from "hono/cookie";
import type { GatewayEnv } from "../gateway-env.ts";
import { createBodyReceiver, type ReceivedBody } from "./body-receiver.ts";
import { type BeginBuffering, createBufferedBodies } from "./buffered-bodies.ts";
import { type Circuit, createCircuit } from "./circuit.ts";
import { type ForwardedRequest, requestHeaders, responseHeaders } from "./headers.ts";
import type { MinimumRate } from "./minimum-rate.ts";
import { mayHaveBody, type RequestBody } from "./request-body.ts";
import { deliverBody } from "./response-body.ts";
import { type BeginTransfer, createTransfers } from "./transfers.ts";
import { asRefusal, isRetryable, isServerDown, UPSTREAM_ERRORS } from "./upstream-failure.ts";

export interface ProxyOptions {
  readonly publicOrigin?: string | undefined;
  /** For bodies that are streamed. */
  readonly minimumRate?: MinimumRate;
  /** How long a body that is buffered may take. */
  readonly bufferedBodyMs?: number;
  readonly circuit?: Circuit;
  /** Called with the code of the caller's error when the server did not answer. */
  readonly onFailure?: (code: ErrorCode) => void;
  /** Called when a response is aborted after its head was sent. */
  readonly onAborted?: (code: ErrorCode, requestId: string) => void;
  /** Called with the bytes of each piece of a request's body. */
  readonly onReceived?: (bytes: number) => void;
  readonly beginTransfer?: BeginTransfer;
  readonly beginBuffering?: BeginBuffering;
}

/** Bun's response, without a body, to a head over 16 KiB; the gateway's own headers may make it that large. */
const HEAD_TOO_LARGE = 431;
/** A response without content, which `Response` accepts only without a body; the server may send one that is delimited like any other. */
const RESET_CONTENT = 205;
const MINIMUM_RATE: MinimumRate = { bytes: 16 * 1024, withinMs: 30_000 };
const RETRY_DELAY_MS = 100;
/** Characters of a cookie that need no quoting. */
const DEVICE_COOKIE = /^[\w.-]{1,256}$/;
const NO_BODY: ReceivedBody = { body: null, release: () => {} };

/** Creates the handler that passes requests to the server, and its responses back, changing only what belongs to one hop. */
export function createProxy(
  upstream: Upstream,
  {
    publicOrigin,
    minimumRate = MINIMUM_RATE,
    bufferedBodyMs = LIMITS.bufferedBodyMs,
    circuit = createCircuit(),
    onFailure = () => {},
    onAborted = () => {},
    onReceived = () => {},
    beginTransfer = createTransfers(() => {}),
    beginBuffering = createBufferedBodies(() => {}),
  }: ProxyOptions = {},
) {
  const publicHost = publicOrigin === undefined ? undefined : new URL(publicOrigin).host;
  const receiveBody = createBodyReceiver({
    minimumRate,
    bufferedBodyMs,
    beginTransfer,
    beginBuffering,
    onReceived,
  });

  return async function proxy(c: Context<GatewayEnv>): Promise<Response> {
    const { method, path, raw } = c.req;
    if (!METHODS.has(method)) throw methodNotAllowed(path);
    let body = NO_BODY;
    try {
      if (mayHaveBody(raw)) body = await receiveBody(c);
      const request = createRequest(c, body);
      const response = await circuit.run(
        () => send(request),
        (error) => !raw.signal.aborted && isServerDown(error),
      );
      const passedOn = passOn(c, response);
      return passedOn instanceof Promise ? await passedOn : passedOn;
    } catch (error) {
      if (raw.signal.aborted) return new Response(null, { status: CLIENT_CLOSED_REQUEST });
      throw refuse(error);
    } finally {
      body.release();
    }
  };

  function createRequest(c: Context<GatewayEnv>, { body, length }: RequestBody): UpstreamRequest {
    const { method, raw } = c.req;
    const { authority, target } = splitUrl(raw.url);
    return {
      method,
      target,
      headers: requestHeaders(raw.headers, forwardedRequest(c, publicHost ?? authority)),
      body,
      length,
      signal: raw.signal,
    };
  }

  /** Sends a request, and again if no connection was established and the method is idempotent (RFC 9110, 9.2.2). */
  function send(request: UpstreamRequest): Promise<UpstreamResponse> {
    return upstream.send(request).catch(async (error) => {
      if (!isRetryable(error, request)) throw error;
      await sleep(RETRY_DELAY_MS);
      return upstream.send(request);
    });
  }

  /** Returns a buffered response at once, because a promise would cost each request. */
  function passOn(
    c: Context<GatewayEnv>,
    { status, statusText, headers: given, body }: UpstreamResponse,
  ): Response | Promise<Response> {
    const isDropped = status === HEAD_TOO_LARGE || status === RESET_CONTENT;
    if (isDropped && isStreamed(body)) body.cancel();
    if (status === HEAD_TOO_LARGE) throw new Refusal("fields_too_large");
    const headers = responseHeaders(given);
    if (status === RESET_CONTENT)
      return new Response(null, { status, statusText, headers: withoutLength(headers) });
    const init = { status, statusText, headers };
    const createWhole = c.env.wholeBody ?? wholeBody;
    if (!isStreamed(body)) return new Response(body && createWhole(body), init);
    return deliverBody(body, {
      // Only a request that changes nothing may be refused after it was processed.
      begin: () => (c.req.method === "GET" ? beginTransfer("download", c) : () => {}),
      onAborted: (error) =>
        c.req.raw.signal.aborted || onAborted(asRefusal(error).code, c.get("requestId")),
      createWhole,
      destroyConnection: c.env.destroyConnection,
    }).then((delivered) => new Response(delivered, init));
  }

  /** The refusal for an error, which is reported where it is the server's fault. */
  function refuse(error: unknown): Refusal {
    const refusal = asRefusal(error);
    if (UPSTREAM_ERRORS.some((code) => code === refusal.code)) onFailure(refusal.code);
    return refusal;
  }
}

function withoutLength(headers: HeaderList): HeaderList {
  return headers.filter(([name]) => name !== "content-length");
}

/** Every method is allowed at an address that the server does not have. */
function methodNotAllowed(path: string): Refusal {
  const known = allowedMethods(path);
  const allowed = known.length > 0 ? known : [...METHODS];
  return new Refusal("method_not_allowed", undefined, { allowed });
}

/** The URL is normalised as for the access decision, so the target is the path that was decided on. */
function splitUrl(url: string): { authority: string; target: string } {
  const { host, pathname, search } = new URL(url);
  return { authority: host, target: pathname + search };
}

function forwardedRequest(c: Context<GatewayEnv>, host: string): ForwardedRequest {
  return {
    address: c.get("address"),
    host,
    protocol: c.get("https") ? "https" : "http",
    requestId: c.get("requestId"),
    trace: c.get("trace"),
    token: c.get("identity")?.token,
    deviceCookie: c.get("route").takesDeviceCookie && deviceCookie(c),
  };
}

function deviceCookie(c: Context<GatewayEnv>): string | undefined {
  const name = deviceCookieName(c.get("https"));
  const value = getCookie(c, name);
  return value !== undefined && DEVICE_COOKIE.test(value) ? `${name}=${value}` : undefined;
}
