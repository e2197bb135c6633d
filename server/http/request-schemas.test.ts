import { afterAll, beforeAll, expect, test } from "bun:test";
import { onTestDatabase } from "../testing/database.ts";
import { type Json, openTestServer, type Person, type TestServer } from "../testing/test-server.ts";

const BAD_TIMES = [
  "2026-02-30T00:00:00Z",
  "0000-01-01T00:00:00Z",
  "0000-12-31T23:59:59-01:00",
  "1969-12-31T23:59:59Z",
  "9999-12-31T23:59:59-01:00",
  "+010000-01-01T00:00:00Z",
];

/** These tests take the requests from the OpenAPI document, so that they hold for each new route. */
onTestDatabase((db) => {
  let server: TestServer;
  let ann: Person;
  let bodies: { key: string; schema: Json; send(body: unknown): ReturnType<Person["call"]> }[];

  beforeAll(async () => {
    server = openTestServer(db());
    ann = await server.person("ann");
    const document: Json = await (await server.request("/openapi.json")).json();
    bodies = Object.entries<Record<string, Json>>(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, operation]) => {
        const schema = operation.requestBody?.content["application/json"]?.schema;
        return schema ? [{ key: `${method} ${path}`, schema, send: sendTo(method, path) }] : [];
      }),
    );
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const sendTo = (method: string, path: string) => (body: unknown) =>
    ann.call(
      path
        .replace("/service/api", "")
        .replace("{seq}", "1")
        .replace(/\{\w+\}/g, ann.id),
      {
        method: method.toUpperCase(),
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      },
    );

  const fieldsOf = (schema: Json) => Object.entries<Json>(schema.properties ?? {});
  const shapesOf = (schema: Json): Json[] => [schema, ...(schema.anyOf ?? [])];
  const isTime = (schema: Json) => shapesOf(schema).some(({ format }) => format === "date-time");
  const isObject = (schema: Json) => shapesOf(schema).some(({ type }) => type === "object");

  test("A body that is an array is refused as invalid by every route", async () => {
    expect(bodies.length).toBeGreaterThan(8);
    for (const { key, send } of bodies)
      for (const array of [[], [{}], [null]]) {
        const { status, body } = await send(array);
        expect({ key, array, status, code: body?.code }).toMatchObject({
          status: 422,
          code: "invalid",
        });
      }
  });

  test("An array in the place of an object in a body is refused as invalid", async () => {
    for (const { key, schema, send } of bodies)
      for (const [name] of fieldsOf(schema).filter(([, field]) => isObject(field)))
        expect({ key, name, ...(await send({ [name]: [] })) }).toMatchObject({ status: 422 });
  });

  test("A time that does not exist, or is outside the years 1970 to 9999, is refused with its path", async () => {
    const timed = bodies.flatMap(({ schema, ...route }) =>
      fieldsOf(schema).flatMap(([name, field]) => (isTime(field) ? [{ ...route, name }] : [])),
    );
    expect(timed.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["expiresAt", "mutedUntil"]),
    );
    for (const { key, name, send } of timed)
      for (const time of BAD_TIMES) {
        const { status, body } = await send({ [name]: time });
        const paths = body?.errors?.map(({ path }: Json) => path);
        expect({ key, time, status, code: body?.code, paths }).toMatchObject({
          status: 422,
          code: "invalid",
          paths: expect.arrayContaining([name]),
        });
      }
  });

  test("A search before a time that does not exist is refused with its path", async () => {
    for (const time of BAD_TIMES) {
      const query = new URLSearchParams({ query: "hello", before: time });
      const { status, body } = await ann.get(`/messages/search?${query}`);
      expect({ time, status, path: body?.errors?.[0].path }).toMatchObject({
        status: 422,
        path: "before",
      });
    }
  });
});
