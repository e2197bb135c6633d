import { expect, test } from "bun:test";
import { ApiError, createRequest } from "./request.ts";

function problem(status: number, code: string, headers: Record<string, string> = {}): Response {
  const body = { type: "", title: "", status, detail: "why", code };
  return Response.json(body, { status, headers });
}

/** A request whose responses are given, and which records the calls and the waits. */
function respondingWith(...responses: (Response | Error)[]) {
  const calls: [string, RequestInit][] = [];
  const waits: number[] = [];
  const request = createRequest({
    fetch: async (url, init) => {
      calls.push([url, init]);
      const response = responses.shift() ?? new Error("no more responses");
      if (response instanceof Error) throw response;
      return response;
    },
    sleep: async (ms) => void waits.push(ms),
  });
  return { request, calls, waits };
}

const failureOf = (promise: Promise<unknown>): Promise<ApiError> =>
  promise.then(
    () => Promise.reject(new Error("the request succeeded")),
    (error) => error,
  );

test("A request resolves to the JSON of the response, or to null for 204", async () => {
  const { request, calls } = respondingWith(
    Response.json({ a: 1 }),
    new Response(null, { status: 204 }),
  );
  expect(await request("GET /service/api/profile")).toEqual({ a: 1 });
  expect(await request("POST /service/api/logout", { json: { b: 2 } })).toBeNull();
  expect(calls[0]?.[0]).toBe("/service/api/profile");
  expect(calls[1]?.[1]).toMatchObject({ method: "POST", body: '{"b":2}' });
});

test("A problem becomes an error with its code and its fields", async () => {
  const fields = [{ path: "username", message: "is empty" }];
  const response = Response.json({ code: "invalid", detail: "d", errors: fields }, { status: 422 });
  const error = await failureOf(respondingWith(response).request("POST /service/api/register"));
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({ code: "invalid", fields });
});

test("A missing response and a response that is no problem have codes of their own", async () => {
  expect(
    await failureOf(respondingWith(new Error("refused")).request("GET /service/api/chats")),
  ).toMatchObject({
    code: "network",
  });
  const html = new Response("<h1>Bad gateway</h1>", { status: 502 });
  expect(await failureOf(respondingWith(html).request("GET /service/api/chats"))).toMatchObject({
    code: "bad_gateway",
  });
});

test("A read that meets the rate limit waits for Retry-After and is repeated", async () => {
  const limited = problem(429, "rate_limited", { "retry-after": "2" });
  const { request, waits } = respondingWith(limited, Response.json({}));
  expect(await request("GET /service/api/chats")).toEqual({});
  expect(waits).toEqual([2_000]);
});

test("A request that changes something is not repeated", async () => {
  const { request, calls } = respondingWith(problem(429, "rate_limited", { "retry-after": "2" }));
  const error = await failureOf(request("POST /service/api/login", { json: {} }));
  expect(error).toMatchObject({ code: "rate_limited", retryAfter: 2 });
  expect(calls).toHaveLength(1);
});

test("A read is repeated three times at most", async () => {
  const limits = Array.from({ length: 9 }, () => problem(429, "rate_limited"));
  const { request, calls } = respondingWith(...limits);
  expect(await failureOf(request("GET /service/api/chats"))).toMatchObject({
    code: "rate_limited",
  });
  expect(calls).toHaveLength(4);
});

test("The parameters of a path are encoded, and the query follows it", async () => {
  const { request, calls } = respondingWith(Response.json({}), Response.json({}));
  await request("PUT /service/api/messages/:chat/:seq/reactions/:emoji", {
    params: { chat: "c 1", seq: 7, emoji: "🚣" },
  });
  await request("GET /service/api/users", { query: { query: "a&b", limit: "20" } });
  expect(calls.map(([url, { method }]) => `${method} ${url}`)).toEqual([
    "PUT /service/api/messages/c%201/7/reactions/%F0%9F%9A%A3",
    "GET /service/api/users?query=a%26b&limit=20",
  ]);
});

test("A request that its caller gave up is not repeated", async () => {
  const caller = new AbortController();
  const { request, calls } = respondingWith(problem(429, "rate_limited"), Response.json({}));
  caller.abort();
  const { signal } = caller;
  expect(await failureOf(request("GET /service/api/chats", { signal }))).toMatchObject({
    code: "rate_limited",
  });
  expect(calls.map(([, init]) => init.signal)).toEqual([signal]);
});
