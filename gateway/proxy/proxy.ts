import { setTimeout as wait } from "node:timers/promises";
import type { ErrorCode } from "@parley/contracts/errors";
import { allowedMethods } from "@parley/contracts/routes";
import { METHODS } from "@parley/platform/http/methods";
import { CLIENT_CLOSED_REQUEST, Refusal } from "@parley/platform/http/problem";
import type { Context } from "hono";
import type { GatewayEnv } from "../gateway-env.ts";
import { type Answer, isStreamed } from "../upstream/exchange.ts";
import type { UpstreamRequest } from "../upstream/request-head.ts";
import type { Fields } from "../upstream/response-head.ts";
import type { Upstream } from "../upstream/upstream.ts";
import { type Circuit, createCircuit } from "./circuit.ts";
import { answerFields, requestFields, type Said } from "./headers.ts";
import type { LeastPace } from "./pace.ts";
import {
  bodyRule,
  limitedBody,
  mayHaveBody,
  type Reception,
  type SentBody,
} from "./request-body.ts";
import { streamed } from "./response-body.ts";
import { createTransfers, type Transfers } from "./transfers.ts";
import { asRefusal, isServerAway, isWorthRetrying, UPSTREAM_ERRORS } from "./upstream-failure.ts";

export interface ProxyOptions {
  readonly publicOrigin?: string | undefined;
  readonly pace?: LeastPace;
  readonly circuit?: Circuit;
  /** Called with what a caller is told when the server could not answer. */
  readonly onFailure?: (code: ErrorCode) => void;
  /** Called with why an answer broke off that had begun, and with its request's ID. */
  readonly onBreak?: (code: ErrorCode, requestId: string) => void;
  /** Called with the bytes of each piece of a body that goes up. */
  readonly onReceived?: (bytes: number) => void;
  readonly transfers?: Transfers;
}

/** What Bun answers, without a body, to a head of more than 16 KiB: with what is added here it may be that. */
const HEAD_TOO_LARGE = 431;
/** Has no content, and `Response` takes none; on the way it may be delimited like any other. */
const RESET_CONTENT = 205;
const PACE: LeastPace = { bytes: 16 * 1024, within: 30_000 };
/** Milliseconds after which a server that took no connection may take one. */
const RETRY_AFTER = 100;

/** Hands requests to the server, and its answers back, as they are but for what belongs to one hop. */
export function createProxy(
  upstream: Upstream,
  {
    publicOrigin,
    pace = PACE,
    circuit = createCircuit(),
    onFailure = () => {},
    onBreak = () => {},
    onReceived = () => {},
    transfers = createTransfers(() => {}),
  }: ProxyOptions = {},
) {
  const publicHost = publicOrigin === undefined ? undefined : new URL(publicOrigin).host;
  const reception: Reception = { pace, onPiece: onReceived };

  return async function proxy(c: Context<GatewayEnv>): Promise<Response> {
    const { method, path, raw } = c.req;
    if (!METHODS.has(method)) throw notAllowed(path);
    const rule = bodyRule(raw, c.get("route"));
    const uploaded = rule.streams ? transfers("upload", c) : () => {};
    try {
      const body = mayHaveBody(raw) ? await limitedBody(raw, rule, reception) : { body: null };
      const request = toServer(c, body);
      const answer = await circuit.run(
        () => send(request),
        (error) => !raw.signal.aborted && isServerAway(error),
      );
      const answered = handBack(c, answer);
      return answered instanceof Promise ? await answered : answered;
    } catch (error) {
      if (raw.signal.aborted) return new Response(null, { status: CLIENT_CLOSED_REQUEST });
      throw tell(error);
    } finally {
      uploaded();
    }
  };

  /** A request as the server gets it. */
  function toServer(c: Context<GatewayEnv>, body: SentBody): UpstreamRequest {
    const { method, raw } = c.req;
    const { authority, target } = parts(raw.url);
    return {
      method,
      target,
      fields: requestFields(raw.headers, said(c, publicHost ?? authority)),
      ...body,
      signal: raw.signal,
    };
  }

  /** Sends a request, and once more when no connection came about and the method may be repeated (RFC 9110, 9.2.2). */
  function send(request: UpstreamRequest): Promise<Answer> {
    return upstream.send(request).catch(async (error) => {
      if (!isWorthRetrying(error, request)) throw error;
      await wait(RETRY_AFTER);
      return upstream.send(request);
    });
  }

  /** At once where the answer is there whole: what waits for nothing should cost no promise. */
  function handBack(c: Context<GatewayEnv>, answer: Answer): Response | Promise<Response> {
    const { status, statusText, body: given } = answer;
    const isUnwanted = status === HEAD_TOO_LARGE || status === RESET_CONTENT;
    if (isUnwanted && isStreamed(given)) given.cancel();
    if (status === HEAD_TOO_LARGE) throw new Refusal("fields_too_large");
    const headers = answerFields(answer.fields);
    if (status === RESET_CONTENT)
      return new Response(null, { status, statusText, headers: withoutLength(headers) });
    const init = { status, statusText, headers };
    if (!isStreamed(given)) return new Response(given, init);
    const body = streamed(given, {
      // Only what changes nothing can be refused this late.
      begin: () => (c.req.method === "GET" ? transfers("download", c) : () => {}),
      onBreak: (error) =>
        c.req.raw.signal.aborted || onBreak(asRefusal(error).code, c.get("requestId")),
      cutOff: c.env.cutOff,
    });
    return body.then((stream) => new Response(stream, init));
  }

  /** What the caller is told, and counted where it is the server's fault. */
  function tell(error: unknown): Refusal {
    const refusal = asRefusal(error);
    if (UPSTREAM_ERRORS.some((code) => code === refusal.code)) onFailure(refusal.code);
    return refusal;
  }
}

function withoutLength(fields: Fields): Fields {
  return fields.filter(([name]) => name !== "content-length");
}

/** Of an address that the server does not know, all that would be passed on is allowed. */
function notAllowed(path: string): Refusal {
  const known = allowedMethods(path);
  const allowed = known.length > 0 ? known : [...METHODS];
  return new Refusal("method_not_allowed", undefined, { allowed });
}

/** Of a URL as Bun and Node normalise it; the path is the very one that access was decided on. */
function parts(url: string): { authority: string; target: string } {
  const { host, pathname, search } = new URL(url);
  return { authority: host, target: pathname + search };
}

function said(c: Context<GatewayEnv>, host: string): Said {
  return {
    address: c.get("address"),
    host,
    protocol: c.get("https") ? "https" : "http",
    requestId: c.get("requestId"),
    trace: c.get("trace"),
    token: c.get("identity")?.token,
  };
}
