import { expect, test } from "bun:test";
import { ApiError, createRequest } from "./request.ts";

function problem(status: number, code: string, headers: Record<string, string> = {}): Response {
  const body = { type: "", title: "", status, detail: "why", code };
  return Response.json(body, { status, headers });
}

/** Answers in turn, and notes what was asked and waited for. */
function answering(...answers: (Response | Error)[]) {
  const calls: [string, RequestInit][] = [];
  const waits: number[] = [];
  const request = createRequest({
    fetch: async (url, init) => {
      calls.push([url, init]);
      const answer = answers.shift() ?? new Error("asked too often");
      if (answer instanceof Error) throw answer;
      return answer;
    },
    sleep: async (ms) => void waits.push(ms),
  });
  return { request, calls, waits };
}

const failureOf = (promise: Promise<unknown>): Promise<ApiError> =>
  promise.then(
    () => Promise.reject(new Error("it went well")),
    (error) => error,
  );

test("an answer's JSON is given back, and nothing for 204", async () => {
  const { request, calls } = answering(
    Response.json({ a: 1 }),
    new Response(null, { status: 204 }),
  );
  expect(await request("/profile")).toEqual({ a: 1 });
  expect(await request("/logout", { method: "POST", json: { b: 2 } })).toBeNull();
  expect(calls[0]?.[0]).toBe("/service/api/profile");
  expect(calls[1]?.[1]).toMatchObject({ method: "POST", body: '{"b":2}' });
});

test("a problem becomes an error with its code and its fields", async () => {
  const fields = [{ path: "username", message: "is empty" }];
  const answer = Response.json({ code: "invalid", detail: "d", errors: fields }, { status: 422 });
  const error = await failureOf(answering(answer).request("/register", { method: "POST" }));
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({ code: "invalid", fields });
});

test("a silent network and an answer that is no problem have codes of their own", async () => {
  expect(await failureOf(answering(new Error("refused")).request("/chats"))).toMatchObject({
    code: "network",
  });
  const html = new Response("<h1>Bad gateway</h1>", { status: 502 });
  expect(await failureOf(answering(html).request("/chats"))).toMatchObject({ code: "bad_gateway" });
});

test("a read that met the rate limit waits as long as it was told, and tries again", async () => {
  const limited = problem(429, "rate_limited", { "retry-after": "2" });
  const { request, waits } = answering(limited, Response.json({}));
  expect(await request("/chats")).toEqual({});
  expect(waits).toEqual([2_000]);
});

test("what changes something is not repeated by itself", async () => {
  const { request, calls } = answering(problem(429, "rate_limited", { "retry-after": "2" }));
  const error = await failureOf(request("/login", { method: "POST", json: {} }));
  expect(error).toMatchObject({ code: "rate_limited", retryAfter: 2 });
  expect(calls).toHaveLength(1);
});

test("a limit that never ends is reported in the end", async () => {
  const limits = Array.from({ length: 9 }, () => problem(429, "rate_limited"));
  const { request, calls } = answering(...limits);
  expect(await failureOf(request("/chats"))).toMatchObject({ code: "rate_limited" });
  expect(calls).toHaveLength(4);
});
