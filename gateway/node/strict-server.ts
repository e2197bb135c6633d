import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerOptions,
} from "node:http";
import type { Socket } from "node:net";
import { problemResponse, Refusal } from "@parley/platform/http/problem";

/**
 * Node's server, as strict as Bun's about where a message ends: one that is doubtful is refused, the
 * connection ended, and nothing that came behind it is a request. Node itself goes on with what follows.
 */
export function createStrictServer(options: ServerOptions, listener: RequestListener): Server {
  const refused = new WeakSet<Socket>();
  return createServer({ ...options, requireHostHeader: false }, async (incoming, outgoing) => {
    if (refused.has(incoming.socket)) return;
    const fault = faultOf(incoming);
    if (!fault) return listener(incoming, outgoing);
    refused.add(incoming.socket);
    const answer = problemResponse(fault);
    answer.headers.set("connection", "close");
    outgoing.writeHead(answer.status, Object.fromEntries(answer.headers));
    outgoing.end(Buffer.from(await answer.arrayBuffer()));
  });
}

/** RFC 9112, 3.2 and 6.1. Of codings Node takes off the chunks, and would hand on the rest as if it were plain. */
function faultOf({ headers, httpVersion }: IncomingMessage): Refusal | null {
  const coding = headers["transfer-encoding"]?.trim().toLowerCase();
  if (coding !== undefined && httpVersion === "1.0")
    return new Refusal("bad_request", "HTTP/1.0 has no transfer codings.");
  if (coding !== undefined && coding !== "chunked")
    return new Refusal("not_implemented", "The only transfer coding here is chunked.");
  if (headers.host === undefined && httpVersion !== "1.0")
    return new Refusal("bad_request", "The request names no host.");
  return null;
}
