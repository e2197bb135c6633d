import { expect, test } from "bun:test";
import { continueTrace, traceparent } from "@parley/platform/trace-context";
import { requestHeaders, responseHeaders } from "./request-headers.ts";

const said = {
  address: "203.0.113.5",
  host: "chat.example",
  protocol: "https",
  requestId: "r-1",
  trace: continueTrace(undefined),
  token: "t",
} as const;
const ours = traceparent(said.trace);

test("what belongs to one hop, and what Connection names, goes no further", () => {
  const headers = requestHeaders(
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
      accept: "application/json",
      "content-type": "text/plain",
    }),
    said,
  );
  expect(Object.fromEntries(headers)).toEqual({
    accept: "application/json",
    "accept-encoding": "identity",
    authorization: "Bearer t",
    "content-type": "text/plain",
    traceparent: ours,
    "user-agent": "",
    "x-forwarded-for": "203.0.113.5",
    "x-forwarded-host": "chat.example",
    "x-forwarded-proto": "https",
    "x-request-id": "r-1",
  });
});

test("a caller can't say who it is: cookies, tokens and forwarded claims are taken off", () => {
  const headers = requestHeaders(
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
    { ...said, token: undefined },
  );
  expect([...headers.keys()].sort()).toEqual([
    "accept-encoding",
    "traceparent",
    "user-agent",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-request-id",
  ]);
  expect(headers.get("x-forwarded-for")).toBe("203.0.113.5");
  expect(headers.get("x-request-id")).toBe("r-1");
  expect(headers.get("traceparent")).toBe(ours);
});

test("what others keep of a trace goes on with it", () => {
  const trace = continueTrace("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  const headers = requestHeaders(new Headers({ tracestate: "theirs=1" }), { ...said, trace });
  expect(headers.get("tracestate")).toBe("theirs=1");
});

test("an answer keeps every cookie that it sets, and loses what belongs to one hop", () => {
  const given = new Headers({ connection: "close, x-hop", "x-hop": "1", etag: '"a"' });
  given.append("set-cookie", "token=1");
  given.append("set-cookie", "theme=2");
  const headers = responseHeaders(given);
  expect(headers.getSetCookie()).toEqual(["token=1", "theme=2"]);
  expect([...headers.keys()].sort()).toEqual(["etag", "set-cookie", "set-cookie"]);
});
