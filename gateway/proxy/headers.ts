import { type Trace, traceparent } from "@parley/platform/http/trace-context";
import { type Fields, listed, valuesOf } from "../upstream/response-head.ts";

/** What belongs to one connection alone (RFC 9110, 7.6.1), beside what `Connection` itself names. */
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

/** What a caller may not say of itself; the gateway says it, or nobody does. */
const CLAIMS = ["authorization", "cookie", "forwarded", "traceparent", "x-real-ip", "x-request-id"];
const CLAIM_PREFIXES = ["x-forwarded-", "x-user-"];

/** What is settled between the gateway and the server. */
const TRANSPORT = ["content-length", "expect", "host"];

const KEPT_FROM_SERVER: ReadonlySet<string> = new Set([...HOP_BY_HOP, ...CLAIMS, ...TRANSPORT]);
const KEPT_FROM_BROWSER: ReadonlySet<string> = new Set(HOP_BY_HOP);
const NONE: ReadonlySet<string> = new Set();

/** What the gateway itself says of a request to the server. */
export interface Said {
  readonly address: string;
  readonly host: string;
  readonly protocol: "http" | "https";
  readonly requestId: string;
  readonly trace: Trace;
  readonly token: string | undefined;
}

/** The fields of a request as the server gets it. */
export function requestFields(given: Headers, said: Said): Fields {
  const fields: Fields = [
    ["x-forwarded-for", said.address],
    ["x-forwarded-host", said.host],
    ["x-forwarded-proto", said.protocol],
    ["x-request-id", said.requestId],
    ["traceparent", traceparent(said.trace)],
  ];
  if (said.token !== undefined) fields.push(["authorization", `Bearer ${said.token}`]);
  const named = namedBy(given.get("connection"));
  given.forEach((value, name) => {
    const isTakenOff = KEPT_FROM_SERVER.has(name) || named.has(name) || isClaim(name);
    if (!isTakenOff && (name !== "tracestate" || said.trace.isContinued))
      fields.push([name, value]);
  });
  return fields;
}

/** The fields of an answer as the browser gets it. */
export function answerFields(fields: Fields): Fields {
  const named = namedBy(valuesOf("connection", fields).join());
  return fields.filter(([name]) => !KEPT_FROM_BROWSER.has(name) && !named.has(name));
}

function isClaim(name: string): boolean {
  return name.startsWith("x-") && CLAIM_PREFIXES.some((prefix) => name.startsWith(prefix));
}

function namedBy(connection: string | null): ReadonlySet<string> {
  return connection ? new Set(listed(connection)) : NONE;
}
