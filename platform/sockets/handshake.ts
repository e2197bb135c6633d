import { SUBPROTOCOL } from "@parley/contracts/subprotocol";
import type { ContextWith } from "../http/hooks.ts";
import { problemResponse, Refusal } from "../http/problem.ts";

export type HandshakeHeaders = [name: string, value: string][];

export interface HandshakeOptions {
  /** Whether the process is about to stop and accepts no new connections. */
  readonly isDraining: boolean;
  /** Hands the connection to the runtime; returns false where the handshake is not complete. */
  readonly upgrade: (headers: HandshakeHeaders) => boolean | Promise<boolean>;
}

/**
 * Answers a request for a WebSocket (RFC 6455, 4.2).
 * @returns 101, or 426 to a request that asks for no WebSocket.
 * @throws Refusal `unavailable` while the process drains, `bad_request` for a handshake that is not
 * complete or that offers other subprotocols only.
 */
export function answerHandshake(
  c: ContextWith<"requestId", string>,
  { isDraining, upgrade }: HandshakeOptions,
): Response | Promise<Response> {
  if (!asksForWebSocket(c)) return upgradeRequiredResponse();
  if (isDraining) throw new Refusal("unavailable", undefined, { retryAfter: 1 });
  const headers: HandshakeHeaders = [
    ["x-request-id", c.get("requestId")],
    ...negotiateSubprotocol(c.req.header("sec-websocket-protocol")),
  ];
  const isUpgraded = upgrade(headers);
  return isUpgraded instanceof Promise
    ? isUpgraded.then(handshakeResponse)
    : handshakeResponse(isUpgraded);
}

/** Whether a request asks for a WebSocket; a browser's handshake that a proxy took the `Upgrade` from does not. */
export function asksForWebSocket(c: Pick<ContextWith<never, never>, "req">): boolean {
  return c.req.header("upgrade")?.toLowerCase() === "websocket";
}

function handshakeResponse(isUpgraded: boolean): Response {
  if (isUpgraded) return new Response(null, { status: 101 });
  throw new Refusal("bad_request", "The WebSocket handshake is not complete.");
}

/** Without this header Bun would accept whichever subprotocol is offered first. */
function negotiateSubprotocol(offered: string | undefined): HandshakeHeaders {
  if (offered === undefined) return [];
  if (offered.split(",").some((name) => name.trim() === SUBPROTOCOL))
    return [["sec-websocket-protocol", SUBPROTOCOL]];
  throw new Refusal("bad_request", `The only subprotocol here is ${SUBPROTOCOL}.`);
}

/** Names the protocol to upgrade to (RFC 9110, 15.5.22). */
function upgradeRequiredResponse(): Response {
  const response = problemResponse(new Refusal("upgrade_required"));
  response.headers.set("upgrade", "websocket");
  response.headers.set("connection", "upgrade");
  return response;
}
