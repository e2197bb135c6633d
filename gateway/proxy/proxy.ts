import { setTimeout as wait } from "node:timers/promises";
import type { ErrorCode } from "@parley/contracts/errors";
import { allowedMethods } from "@parley/contracts/routes";
import { METHODS } from "@parley/platform/methods";
import { CLIENT_CLOSED_REQUEST, Refusal } from "@parley/platform/problem";
import type { Context } from "hono";
import type { GatewayEnv } from "../gateway-env.ts";
import { answerBody } from "./answer-body.ts";
import { type Circuit, createCircuit } from "./circuit.ts";
import { createDeadline, type Deadline } from "./deadline.ts";
import { createReachable } from "./reachable.ts";
import { type BodyRule, bodyRule, limitedBody, type Reception } from "./request-body.ts";
import { requestHeaders, responseHeaders } from "./request-headers.ts";
import { createTransfers, type Transfers } from "./transfers.ts";
import { fetchUpstream, type Upstream, type UpstreamRequest } from "./upstream.ts";
import { asRefusal, isServerAway, isWorthRetrying, UnreachableError } from "./upstream-failure.ts";

/** What Bun answers, without a body, to a head of more than 16 KiB: with what is added here it may be that. */
const HEAD_TOO_LARGE = 431;
export interface ProxyOptions {
  readonly publicOrigin?: string | undefined;
  /** How requests are sent; by default as Bun does. */
  readonly upstream?: Upstream | undefined;
  readonly timeouts?: Timeouts;
  readonly circuit?: Circuit;
  /** Called with what a caller is told when the server could not answer. */
  readonly onFailure?: (code: ErrorCode) => void;
  /** Called with why an answer broke off that had begun, and with its request's ID. */
  readonly onBreak?: (code: ErrorCode, requestId: string) => void;
  /** Called with the bytes of each piece of a body that goes up. */
  readonly onReceived?: (bytes: number) => void;
  readonly transfers?: Transfers;
}

/** Milliseconds. */
export interface Timeouts {
  /** How long a connection to the server may take. */
  readonly connect: number;
  /** How long there may be silence while a request's body, its answer's head or its answer's body is awaited. */
  readonly silence: number;
}

/** Bytes that a body has to bring for each `silence` that its caller is waited for. */
const LEAST_BYTES = 16 * 1024;
/** Milliseconds after which a server that took no connection may take one. */
const RETRY_AFTER = 100;
const TIMEOUTS: Timeouts = { connect: 2_000, silence: 30_000 };

/** Hands requests to the server, and its answers back, as they are but for what belongs to one hop. */
export function createProxy(
  serverUrl: string,
  {
    publicOrigin,
    upstream = fetchUpstream,
    timeouts = TIMEOUTS,
    circuit = createCircuit(),
    onFailure = () => {},
    onBreak = () => {},
    onReceived = () => {},
    transfers = createTransfers(() => {}),
  }: ProxyOptions = {},
) {
  const isReachable = createReachable(serverUrl, timeouts.connect);

  return async function proxy(c: Context<GatewayEnv>): Promise<Response> {
    const { method, path, raw } = c.req;
    const caller = raw.signal;
    if (!METHODS.has(method)) throw notAllowed(path);
    const rule = bodyRule(method, path);
    const uploaded = rule.streams ? transfers("upload", c) : () => {};
    const deadline = createDeadline(timeouts.silence);
    try {
      const request = await read(c, rule, deadline);
      const answer = await circuit.run(
        () => untilAnswered(serverUrl + target(raw), request, deadline, caller),
        (error) => !caller.aborted && isServerAway(error),
      );
      return await handBack(c, answer, deadline);
    } catch (error) {
      deadline.stop();
      if (caller.aborted) return new Response(null, { status: CLIENT_CLOSED_REQUEST });
      throw tell(error);
    } finally {
      uploaded();
    }
  };

  /** A request as the server gets it. */
  async function read(
    c: Context<GatewayEnv>,
    rule: BodyRule,
    deadline: Deadline,
  ): Promise<UpstreamRequest> {
    const { method, raw } = c.req;
    const body = await limitedBody(raw, rule, reception(deadline, rule.streams));
    const headers = requestHeaders(raw.headers, said(c, publicOrigin));
    return { method, headers, body, signal: deadline.signal };
  }

  /** While a body streams, the server's clock stands still as long as the caller is waited for. */
  function reception(deadline: Deadline, streams: boolean): Reception {
    return {
      pace: { bytes: LEAST_BYTES, within: timeouts.silence },
      onPiece: onReceived,
      onWait: (waiting) => {
        if (!streams) return;
        if (waiting) deadline.stop();
        else deadline.run();
      },
    };
  }

  async function untilAnswered(
    url: string,
    request: UpstreamRequest,
    deadline: Deadline,
    caller: AbortSignal,
  ) {
    let isAnswered = false;
    giveUpWith(caller, deadline);
    const doubt = setTimeout(async () => {
      const isAway = !(await isReachable());
      if (isAway && !isAnswered) deadline.giveUp(new UnreachableError());
    }, timeouts.connect);
    deadline.run();
    try {
      return await send(url, request);
    } finally {
      isAnswered = true;
      clearTimeout(doubt);
      deadline.stop();
    }
  }

  /** Sends a request, and once more when no connection came about and the method may be repeated (RFC 9110, 9.2.2). */
  async function send(url: string, request: UpstreamRequest): Promise<Response> {
    try {
      return await upstream(url, request);
    } catch (error) {
      if (!isWorthRetrying(error, request)) throw error;
      await wait(RETRY_AFTER);
      return upstream(url, request);
    }
  }

  async function handBack(
    c: Context<GatewayEnv>,
    answer: Response,
    deadline: Deadline,
  ): Promise<Response> {
    const { status, statusText } = answer;
    if (status === HEAD_TOO_LARGE) {
      await answer.body?.cancel();
      throw new Refusal("fields_too_large");
    }
    const body = await answerBody(answer, deadline, {
      // Only what changes nothing can be refused this late.
      begin: () => (c.req.method === "GET" ? transfers("download", c) : () => {}),
      onBreak: (error) =>
        c.req.raw.signal.aborted || onBreak(asRefusal(error).code, c.get("requestId")),
    });
    return new Response(body, { status, statusText, headers: responseHeaders(answer.headers) });
  }

  /** What the caller is told, and counted where it is the server's fault. */
  function tell(error: unknown): Refusal {
    const refusal = asRefusal(error);
    if (refusal !== error || refusal.code === "unavailable") onFailure(refusal.code);
    return refusal;
  }
}

/** Ends the wait for an answer when nobody waits for it any more. */
function giveUpWith(caller: AbortSignal, { giveUp }: Deadline): void {
  if (caller.aborted) giveUp(caller.reason);
  else caller.addEventListener("abort", () => giveUp(caller.reason), { once: true });
}

/** Of an address that the server does not know, all that would be passed on is allowed. */
function notAllowed(path: string): Refusal {
  const known = allowedMethods(path);
  const allowed = known.length > 0 ? known : [...METHODS];
  return new Refusal("method_not_allowed", undefined, { allowed });
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
    trace: c.get("trace"),
    token: c.get("identity")?.token,
  };
}
