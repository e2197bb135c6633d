import { SUBPROTOCOL } from "@parley/contracts/subprotocol";
import { problemResponse, Refusal } from "../http/problem.ts";

/**
 * The subprotocol that a WebSocket handshake is answered with, as a header; none when none was offered.
 *
 * Left alone, Bun would agree to whatever protocol stands first.
 * @throws Refusal `bad_request` when ours is not among those offered.
 */
export function negotiateSubprotocol(offered: string | undefined): [name: string, value: string][] {
  if (offered === undefined) return [];
  if (offered.split(",").some((name) => name.trim() === SUBPROTOCOL))
    return [["sec-websocket-protocol", SUBPROTOCOL]];
  throw new Refusal("bad_request", `The only subprotocol here is ${SUBPROTOCOL}.`);
}

/** The answer to a request that is no handshake, at an address for nothing else: it names what to upgrade to (RFC 9110, 15.5.22). */
export function upgradeRequiredResponse(): Response {
  const response = problemResponse(new Refusal("upgrade_required"));
  response.headers.set("upgrade", "websocket");
  response.headers.set("connection", "upgrade");
  return response;
}
