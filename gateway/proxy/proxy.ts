import { Refusal } from "@parley/platform/problem";
import type { Context } from "hono";
import type { GatewayEnv } from "../gateway-env.ts";
import { bodyRule, limitedBody } from "./request-body.ts";
import { requestHeaders, responseHeaders } from "./request-headers.ts";
import { asRefusal, isWorthRetrying } from "./upstream-failure.ts";

/** Beside these, `fetch` has no methods that an API knows. */
const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
/** Statuses whose answers have no body (Fetch Standard, 2.2.3). */
const NULL_BODY = new Set([204, 205, 304]);
/** What nginx notes for a caller that went away; nobody reads the answer. */
const CLIENT_CLOSED_REQUEST = 499;

export interface ProxyOptions {
  readonly publicOrigin?: string | undefined;
  /** Milliseconds that the server may be silent while a request is on its way. */
  readonly timeout?: number;
}

/** Hands requests to the server, and its answers back, as they are but for what belongs to one hop. */
export function createProxy(
  serverUrl: string,
  { publicOrigin, timeout = 30_000 }: ProxyOptions = {},
) {
  return async function proxy(c: Context<GatewayEnv>): Promise<Response> {
    const { method, raw } = c.req;
    if (!METHODS.has(method)) throw new Refusal("method_not_allowed");
    const silence = createSilence(timeout);
    try {
      const body = await limitedBody(raw, bodyRule(method, c.req.path), silence.restart);
      silence.restart();
      const answer = await send(serverUrl + target(raw), {
        method,
        headers: requestHeaders(raw.headers, said(c, publicOrigin)),
        body,
        redirect: "manual",
        decompress: false,
        signal: AbortSignal.any([raw.signal, silence.signal]),
      });
      return handBack(answer);
    } catch (error) {
      if (raw.signal.aborted) return new Response(null, { status: CLIENT_CLOSED_REQUEST });
      throw asRefusal(error);
    } finally {
      silence.end();
    }
  };
}

/** Sends a request, and once more when the connection broke and the method may be repeated (RFC 9110, 9.2.2). */
async function send(url: string, init: BunFetchRequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    if (!isWorthRetrying(error, init)) throw error;
    return fetch(url, init);
  }
}

/** The very path that access was decided on, and the query. */
function target(request: Request): string {
  const { pathname, search } = new URL(request.url);
  return pathname + search;
}

function said(c: Context<GatewayEnv>, publicOrigin: string | undefined) {
  return {
    address: c.get("address"),
    host: new URL(publicOrigin ?? c.req.url).host,
    protocol: c.get("https") ? ("https" as const) : ("http" as const),
    requestId: c.get("requestId"),
    token: c.get("identity")?.token,
  };
}

function handBack(answer: Response): Response {
  const { status, statusText } = answer;
  const body = NULL_BODY.has(status) ? null : answer.body;
  return new Response(body, { status, statusText, headers: responseHeaders(answer.headers) });
}

/** A signal that aborts once nothing was heard for a while since it was last started. */
function createSilence(timeout: number) {
  const controller = new AbortController();
  const giveUp = () =>
    controller.abort(new DOMException("The server was silent too long", "TimeoutError"));
  let timer: Timer | undefined;
  return {
    signal: controller.signal,
    restart() {
      clearTimeout(timer);
      timer = setTimeout(giveUp, timeout);
    },
    end: () => clearTimeout(timer),
  };
}
