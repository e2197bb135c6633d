import { type Trace, traceparent } from "@parley/platform/http/trace-context";
import { type HeaderList, headerValues, listMembers } from "@parley/upstream";

/** Headers of one connection (RFC 9110, 7.6.1), beside those that `Connection` lists. */
const HOP_BY_HOP = [
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

/** Headers by which a caller could claim to be another; the server believes only those of the gateway. */
const CLAIMS = ["authorization", "cookie", "forwarded", "traceparent", "x-real-ip", "x-request-id"];
const CLAIM_PREFIXES = ["x-forwarded-", "x-user-"];

/** Headers of the message between gateway and server. */
const TRANSPORT = ["content-length", "expect", "host"];

const REMOVED_FROM_REQUESTS: ReadonlySet<string> = new Set([
  ...HOP_BY_HOP,
  ...CLAIMS,
  ...TRANSPORT,
]);
const REMOVED_FROM_RESPONSES: ReadonlySet<string> = new Set(HOP_BY_HOP);
const NONE: ReadonlySet<string> = new Set();

/** What the gateway tells the server about a request that it forwards. */
export interface ForwardedRequest {
  readonly address: string;
  readonly host: string;
  readonly protocol: "http" | "https";
  readonly requestId: string;
  readonly trace: Trace;
  readonly token: string | undefined;
  /** The cookie by which the server knows the browser, as `name=value`; the server gets no other cookie. */
  readonly deviceCookie: string | undefined;
}

/** The headers of a request to the server: the caller's end-to-end headers, and the gateway's own. */
export function requestHeaders(headers: Headers, request: ForwardedRequest): HeaderList {
  const list: HeaderList = [
    ["x-forwarded-for", request.address],
    ["x-forwarded-host", request.host],
    ["x-forwarded-proto", request.protocol],
    ["x-request-id", request.requestId],
    ["traceparent", traceparent(request.trace)],
  ];
  if (request.token !== undefined) list.push(["authorization", `Bearer ${request.token}`]);
  if (request.deviceCookie !== undefined) list.push(["cookie", request.deviceCookie]);
  const connectionHeaders = listedIn(headers.get("connection"));
  headers.forEach((value, name) => {
    const isRemoved =
      REMOVED_FROM_REQUESTS.has(name) || connectionHeaders.has(name) || isClaim(name);
    if (!isRemoved && (name !== "tracestate" || request.trace.isContinued))
      list.push([name, value]);
  });
  return list;
}

/** The headers of a response to the browser: the server's end-to-end headers. */
export function responseHeaders(headers: HeaderList): HeaderList {
  const connectionHeaders = listedIn(headerValues("connection", headers).join());
  return headers.filter(
    ([name]) => !REMOVED_FROM_RESPONSES.has(name) && !connectionHeaders.has(name),
  );
}

function isClaim(name: string): boolean {
  return name.startsWith("x-") && CLAIM_PREFIXES.some((prefix) => name.startsWith(prefix));
}

function listedIn(connection: string | null): ReadonlySet<string> {
  return connection ? new Set(listMembers(connection)) : NONE;
}
