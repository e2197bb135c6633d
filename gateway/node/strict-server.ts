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
 * Creates a Node server that is as strict as Bun's about where a message ends: an ambiguous message is
 * refused, its connection is closed, and the bytes behind it are not read as a request. Node alone would
 * continue with them.
 */
export function createStrictServer(options: ServerOptions, listener: RequestListener): Server {
  const refused = new WeakSet<Socket>();
  return createServer({ ...options, requireHostHeader: false }, async (incoming, outgoing) => {
    if (refused.has(incoming.socket)) return;
    const fault = findFault(incoming);
    if (!fault) return listener(incoming, outgoing);
    refused.add(incoming.socket);
    const response = problemResponse(fault);
    response.headers.set("connection", "close");
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    outgoing.end(Buffer.from(await response.arrayBuffer()));
  });
}

/** Checks RFC 9112, 3.2 and 6.1. Of `gzip, chunked` Node would decode the chunks and pass the rest on as if it were not encoded. */
function findFault({ headers, httpVersion }: IncomingMessage): Refusal | null {
  const coding = headers["transfer-encoding"]?.trim().toLowerCase();
  if (coding !== undefined && httpVersion === "1.0")
    return new Refusal("bad_request", "HTTP/1.0 has no transfer codings.");
  if (coding !== undefined && coding !== "chunked")
    return new Refusal("not_implemented", "The only transfer coding here is chunked.");
  if (headers.host === undefined && httpVersion !== "1.0")
    return new Refusal("bad_request", "The request names no host.");
  return null;
}
