import { type Trace, traceparent } from "@parley/platform/trace-context";

/** What belongs to one connection alone (RFC 9110, 7.6.1), beside what `Connection` itself names. */
const HOP_BY_HOP = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** What a caller may not say of itself; the gateway says it, or nobody does. */
const CLAIMS = new Set([
  "authorization",
  "cookie",
  "forwarded",
  "traceparent",
  "x-real-ip",
  "x-request-id",
]);
const CLAIM_PREFIXES = ["x-forwarded-", "x-user-"];

/** What `fetch` and Bun settle between themselves. */
const TRANSPORT = new Set(["expect", "host"]);

/** What the gateway itself says of a request to the server. */
export interface Said {
  readonly address: string;
  readonly host: string;
  readonly protocol: "http" | "https";
  readonly requestId: string;
  readonly trace: Trace;
  readonly token: string | undefined;
}

/** The headers of a request as the server gets it. */
export function requestHeaders(given: Headers, said: Said): Headers {
  const headers = endToEnd(given, (name) => TRANSPORT.has(name) || isClaim(name));
  headers.set("x-forwarded-for", said.address);
  headers.set("x-forwarded-host", said.host);
  headers.set("x-forwarded-proto", said.protocol);
  headers.set("x-request-id", said.requestId);
  headers.set("traceparent", traceparent(said.trace));
  if (!said.trace.isContinued) headers.delete("tracestate");
  if (said.token !== undefined) headers.set("authorization", `Bearer ${said.token}`);
  keepBunFromAdding(headers);
  return headers;
}

/** The headers of an answer as the browser gets it. */
export function responseHeaders(given: Headers): Headers {
  return endToEnd(given, () => false);
}

function isClaim(name: string): boolean {
  return CLAIMS.has(name) || CLAIM_PREFIXES.some((prefix) => name.startsWith(prefix));
}

/** Looks at each field that is there: to take off whatever might be would cost several times as much. */
function endToEnd(given: Headers, isTakenOff: (name: string) => boolean): Headers {
  const headers = new Headers(given);
  const named = namedByConnection(given);
  for (const name of given.keys())
    if (HOP_BY_HOP.has(name) || named.has(name) || isTakenOff(name)) headers.delete(name);
  return headers;
}

function namedByConnection(given: Headers): ReadonlySet<string> {
  const names = given.get("connection")?.toLowerCase().split(",") ?? [];
  return new Set(names.map((name) => name.trim()));
}

/** Bun's `fetch` would ask for codings that the caller may not read, and name itself. */
function keepBunFromAdding(headers: Headers): void {
  if (!headers.has("accept-encoding")) headers.set("accept-encoding", "identity");
  if (!headers.has("user-agent")) headers.set("user-agent", "");
}
