import { expect, test } from "bun:test";
import { formatRequestHead, type UpstreamRequest } from "./request-head.ts";

const head = (request: Partial<UpstreamRequest> = {}) =>
  formatRequestHead(
    {
      method: "GET",
      target: "/service/api/x?y=z",
      headers: [["accept", "text/plain"]],
      body: null,
      signal: new AbortController().signal,
      ...request,
    },
    "server:8081",
  );

test("A request head has the target, the host and the headers", () => {
  expect(head()).toBe(
    "GET /service/api/x?y=z HTTP/1.1\r\nhost: server:8081\r\naccept: text/plain\r\n\r\n",
  );
});

test("A body is delimited in exactly one way", () => {
  const delimiter = (request: Partial<UpstreamRequest>) =>
    /(?:content-length|transfer-encoding): .+/.exec(head(request) ?? "")?.[0];
  expect(delimiter({})).toBeUndefined();
  expect(delimiter({ length: 5 })).toBeUndefined();
  expect(delimiter({ method: "POST" })).toBe("content-length: 0");
  expect(delimiter({ method: "POST", body: new Uint8Array(3), length: 5 })).toBe(
    "content-length: 3",
  );
  const body = new ReadableStream();
  expect(delimiter({ method: "POST", body, length: 5 })).toBe("content-length: 5");
  expect(delimiter({ method: "POST", body })).toBe("transfer-encoding: chunked");
});

test.each(["a\r\nb: c", "a\nb", "a\0b", "a\x7fb", "\u0131"])(
  "A head with %j is refused",
  (evil) => {
    expect(head({ target: `/${evil}` })).toBeNull();
    expect(head({ headers: [["x", evil]] })).toBeNull();
  },
);
