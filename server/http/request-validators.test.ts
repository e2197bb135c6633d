import { expect, test } from "bun:test";
import { createLog } from "@parley/platform/process/log";
import { Hono } from "hono";
import * as v from "valibot";
import type { AppEnv } from "./env.ts";
import { createErrorHandler } from "./errors.ts";
import { wholeNumber } from "./query-fields.ts";
import { idParams, jsonBody, optionalJsonBody, query } from "./request-validators.ts";

const Item = v.object({ name: v.string("is not a string"), tags: v.optional(v.array(v.string())) });

const app = new Hono<AppEnv>()
  .onError(createErrorHandler({ log: createLog("test", "silent"), count() {} }))
  .post("/json", jsonBody(Item), (c) => c.json(c.req.valid("json")))
  .put("/optional", optionalJsonBody(v.partial(Item)), (c) => c.json(c.req.valid("json")))
  .get("/query", query(v.object({ limit: wholeNumber(1, 9) })), (c) => c.json(c.req.valid("query")))
  .get("/:id", idParams("id"), (c) => c.json(c.req.valid("param")));

async function post(body: string, type = "application/json") {
  const headers = { "content-type": type };
  const answer = await app.request("/json", { method: "POST", headers, body });
  return {
    status: answer.status,
    body: (await answer.json()) as Record<string, unknown>,
  };
}

test("A body of the right shape arrives without its unknown fields", async () => {
  const { status, body } = await post(JSON.stringify({ name: "x", else: 1 }));
  expect({ status, body }).toEqual({ status: 200, body: { name: "x" } });
});

test("The media type of JSON may have parameters and a structured suffix", async () => {
  const item = JSON.stringify({ name: "x" });
  expect((await post(item, "application/json; charset=utf-8")).status).toBe(200);
  expect((await post(item, "Application/Merge-Patch+JSON")).status).toBe(200);
  expect((await post(item, "application/jsonp")).status).toBe(415);
  expect((await post(item, "application/x-www-form-urlencoded")).status).toBe(415);
});

test("Each fault is named with its path", async () => {
  const { status, body } = await post(JSON.stringify({ tags: ["a", 2] }));
  expect(status).toBe(422);
  expect(body["errors"]).toEqual([
    { path: "name", message: "is missing" },
    { path: "tags.1", message: "Invalid type: Expected string but received 2" },
  ]);
  expect(body["detail"]).toBe("name: is missing.");
});

test.each(["null", "[]", '"text"', "1"])("The body %s is refused as invalid", async (text) => {
  expect((await post(text)).status).toBe(422);
});

test.each(["", "{", "{}}"])("The body %j is refused as no JSON", async (text) => {
  expect(await post(text)).toMatchObject({ status: 400, body: { code: "bad_request" } });
});

test.each<RequestInit>([
  {},
  { body: "" },
  { headers: { "content-type": "application/json" } },
  { headers: { "content-type": "application/json" }, body: "" },
])("Where all fields are optional, %j is an empty object", async (init) => {
  const answer = await app.request("/optional", { method: "PUT", ...init });
  expect([answer.status, await answer.json()]).toEqual([200, {}]);
});

test("Where all fields are optional, a body that was sent is validated", async () => {
  const put = (body: string, type = "application/json") =>
    app.request("/optional", { method: "PUT", headers: { "content-type": type }, body });
  expect(await (await put('{"name":"x"}')).json()).toEqual({ name: "x" });
  expect((await put("{}", "text/plain")).status).toBe(415);
  expect((await put("{")).status).toBe(400);
  expect((await put('"text"')).status).toBe(422);
  expect((await put("[null]")).status).toBe(422);
});

test("A whole number in a query arrives as a number, and anything else is refused", async () => {
  expect(await (await app.request("/query?limit=9")).json()).toEqual({ limit: 9 });
  for (const wrong of ["", "?limit=", "?limit=10", "?limit=1e0", "?limit=-1", "?limit=1&limit=2"])
    expect((await app.request(`/query${wrong}`)).status).toBe(422);
});

test("An ID in the path arrives in lower case, and a text that is not a UUID is not found", async () => {
  const id = crypto.randomUUID();
  expect(await (await app.request(`/${id.toUpperCase()}`)).json()).toEqual({ id });
  expect((await app.request("/me")).status).toBe(404);
});
