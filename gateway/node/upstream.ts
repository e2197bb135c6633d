import { Agent, type IncomingMessage, type RequestOptions, request } from "node:http";
import { request as requestSecurely, Agent as SecureAgent } from "node:https";
import { Readable } from "node:stream";
import type { ReadableStream as NodeStream } from "node:stream/web";
import { NULL_BODY } from "../proxy/answer-body.ts";
import type { Upstream, UpstreamRequest } from "../proxy/upstream.ts";

/** Milliseconds that an idle connection is kept: less than the server keeps it. */
const KEPT = 60_000;

/**
 * Sends requests by `node:http`, whose answers come as they are; Node's `fetch` would decompress them.
 */
export function createNodeUpstream(): Upstream {
  const options = { keepAlive: true, timeout: KEPT };
  const agents = { http: new Agent(options), https: new SecureAgent(options) };
  return async (url, { method, headers, body, signal }) => {
    const isSecure = url.startsWith("https:");
    const settings: RequestOptions = {
      method,
      headers: Object.fromEntries(headers),
      agent: isSecure ? agents.https : agents.http,
      signal,
    };
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const sent = (isSecure ? requestSecurely : request)(url, settings, resolve);
    sent.on("error", (error) => reject(signal.aborted ? signal.reason : error));
    if (body instanceof ReadableStream)
      Readable.fromWeb(body as NodeStream)
        .on("error", (error) => sent.destroy(error))
        .pipe(sent);
    else sent.end(body ?? undefined);
    return asResponse(await promise, method);
  };
}

function asResponse(answer: IncomingMessage, method: UpstreamRequest["method"]): Response {
  const { statusCode: status = 502, statusMessage: statusText = "", rawHeaders } = answer;
  const headers = new Headers();
  for (let at = 0; at < rawHeaders.length; at += 2)
    headers.append(rawHeaders[at] ?? "", rawHeaders[at + 1] ?? "");
  const hasBody = method !== "HEAD" && !NULL_BODY.has(status);
  if (!hasBody) answer.resume();
  const body = hasBody ? (Readable.toWeb(answer) as ReadableStream<Uint8Array>) : null;
  return new Response(body, { status, statusText, headers });
}
