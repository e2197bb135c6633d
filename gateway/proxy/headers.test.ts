import { expect, test } from "bun:test";
import { continueTrace, traceparent } from "@parley/platform/http/trace-context";
import { type ForwardedRequest, requestHeaders, responseHeaders } from "./headers.ts";

const sentHeaders = (headers: Headers, request: ForwardedRequest) =>
  new Headers(requestHeaders(headers, request));

const request = {
  address: "203.0.113.5",
  host: "chat.example",
  protocol: "https",
  requestId: "r-1",
  trace: continueTrace(undefined),
  token: "t",
  deviceCookie: undefined,
} as const;
const ours = traceparent(request.trace);

test("Hop-by-hop headers and headers that Connection lists are removed", () => {
  const headers = sentHeaders(
    new Headers({
      connection: "keep-alive, X-Private, bad name, ",
      "x-private": "1",
      "keep-alive": "timeout=5",
      te: "trailers",
      trailer: "x",
      "transfer-encoding": "chunked",
      upgrade: "h2c",
      "proxy-authorization": "Basic eA==",
      "proxy-connection": "close",
      expect: "100-continue",
      host: "evil.example",
      "content-length": "5",
      accept: "application/json",
      "content-type": "text/plain",
    }),
    request,
  );
  expect(Object.fromEntries(headers)).toEqual({
    accept: "application/json",
    authorization: "Bearer t",
    "content-type": "text/plain",
    traceparent: ours,
    "x-forwarded-for": "203.0.113.5",
    "x-forwarded-host": "chat.example",
    "x-forwarded-proto": "https",
    "x-request-id": "r-1",
  });
});

test("Cookies, tokens and forwarding headers of the caller are removed", () => {
  const headers = sentHeaders(
    new Headers({
      cookie: "token=x; other=y",
      authorization: "Bearer forged",
      forwarded: "for=1.1.1.1",
      "x-forwarded-for": "1.1.1.1",
      "x-forwarded-port": "1",
      "x-forwarded-user": "ann",
      "x-real-ip": "1.1.1.1",
      "x-user-id": "ann",
      "X-USER-ROLE": "admin",
      "x-request-id": "theirs",
      traceparent: "00-theirs",
      tracestate: "theirs=1",
    }),
    { ...request, token: undefined },
  );
  expect([...headers.keys()].sort()).toEqual([
    "traceparent",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-request-id",
  ]);
  expect(headers.get("x-forwarded-for")).toBe("203.0.113.5");
  expect(headers.get("x-request-id")).toBe("r-1");
  expect(headers.get("traceparent")).toBe(ours);
});

test("A continued trace keeps its tracestate", () => {
  const trace = continueTrace("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  const headers = sentHeaders(new Headers({ tracestate: "theirs=1" }), { ...request, trace });
  expect(headers.get("tracestate")).toBe("theirs=1");
});

test("A response keeps each Set-Cookie header and loses hop-by-hop headers", () => {
  const headers = responseHeaders([
    ["x-hop", "1"],
    ["connection", "close"],
    ["connection", "X-Hop"],
    ["etag", '"a"'],
    ["set-cookie", "token=1"],
    ["set-cookie", "theme=2"],
  ]);
  expect(headers).toEqual([
    ["etag", '"a"'],
    ["set-cookie", "token=1"],
    ["set-cookie", "theme=2"],
  ]);
});
