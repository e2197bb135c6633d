import { afterAll, beforeAll, expect, spyOn, test } from "bun:test";
import { LIMITS } from "@parley/contracts/limits";
import { SERVER_ROUTES } from "@parley/contracts/routes";
import { Validator } from "@seriousme/openapi-schema-validator";
import { Hono } from "hono";
import { onTestDatabase } from "../testing/database.ts";
import { type Json, openTestServer, type TestServer } from "../testing/test-server.ts";
import { openApiDocument } from "./openapi.ts";

onTestDatabase((db) => {
  let server: TestServer;
  let document: Json;
  beforeAll(async () => {
    server = openTestServer(db());
    document = await (await server.request("/openapi.json")).json();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const operations = () =>
    Object.entries<Record<string, Json>>(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    );

  test("The document is valid OpenAPI 3.1", async () => {
    expect(document.openapi).toStartWith("3.1");
    const { valid, errors } = await new Validator().validate(structuredClone(document));
    expect({ valid, errors }).toMatchObject({ valid: true });
  });

  test("Every route is registered under the key that documents it, and is in the table", () => {
    const registered = server.app.routes.filter(
      ({ method, path }) => method !== "ALL" && path.startsWith("/service/api/"),
    );
    const keyed = registered.flatMap((route) =>
      "key" in route.handler ? [[`${route.method} ${route.path}`, route.handler.key]] : [],
    );
    for (const [key, documentedKey] of keyed) expect(documentedKey).toBe(key);
    const known = new Set(SERVER_ROUTES.map(({ method, pattern }) => `${method} ${pattern}`));
    for (const { method, path } of registered) expect(known).toContain(`${method} ${path}`);
    expect(keyed.length).toBeGreaterThan(30);
  });

  test("The document describes every route once, with an operation ID of its own", () => {
    const described = operations().map(
      ({ path, method }) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ":$1")}`,
    );
    expect(described.sort()).toEqual(
      SERVER_ROUTES.map(({ method, pattern }) => `${method} ${pattern}`).sort(),
    );
    const names = operations().map(({ operation }) => operation.operationId);
    expect(new Set(names).size).toBe(names.length);
    for (const { operation } of operations()) expect(operation.summary).not.toBeEmpty();
  });

  test("Only registration, sign-in, health and this document need no token", () => {
    const open = operations().filter(({ operation }) => operation.security?.length === 0);
    expect(open.map(({ path }) => path).sort()).toEqual([
      "/service/api/login",
      "/service/api/openapi.json",
      "/service/api/register",
      "/service/healthz",
      "/service/metrics",
      "/service/readyz",
    ]);
  });

  test("Every reference has a target", () => {
    const references = JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g);
    for (const [, pointer = ""] of references) {
      const target = pointer.split("/").reduce((at, key) => at?.[key], document);
      expect({ pointer, found: target !== undefined }).toEqual({ pointer, found: true });
    }
  });

  test("A schema with a title is named in the document, and referred to wherever it stands", () => {
    const { schemas } = document.components;
    expect(schemas).toContainKeys(["Block", "Chat", "File", "Message", "Problem", "User"]);
    expect(schemas.Block.properties.user).toEqual({ $ref: "#/components/schemas/User" });
    expect(schemas.Chat.properties.lastMessage.anyOf[0].$ref).toEndWith("/Message");
  });

  test("A response is described with the bounds that the contract has for it", () => {
    const { Message, File, Problem } = document.components.schemas;
    const { files, reactions } = Message.properties;
    expect(files.maxItems).toBe(LIMITS.maxFilesPerMessage);
    expect(reactions.maxItems).toBe(LIMITS.maxEmojisPerMessage);
    expect(reactions.items.properties.emoji.maxLength).toBe(32);
    expect(File.properties.thumbnail.pattern).toBe("^data:image/");
    expect(Problem.properties.title.enum).toContain("Invalid fields");
    const answer = (path: string, method: string, status: number) =>
      document.paths[`/service/api/${path}`][method].responses[status].content["application/json"]
        .schema.properties;
    expect(answer("login", "post", 200).token.pattern).toEndWith("{43}$");
    expect(answer("messages/search", "get", 200).next.anyOf[0].maxLength).toBe(91);
    expect(answer("chats/{id}/members", "get", 200).next.anyOf[0].format).toBe("uuid");
    const search = document.paths["/service/api/messages/search"].get.parameters;
    const before = search.find(({ name }: Json) => name === "before");
    expect(before.schema).toMatchObject({ minLength: 1, maxLength: 91 });
  });

  test("A request body is described as its route validates it", () => {
    const registration = document.paths["/service/api/register"].post.requestBody;
    expect(registration.content["application/json"].schema.required).toEqual([
      "username",
      "password",
    ]);
    const avatar = document.paths["/service/api/profile/avatar"].put.requestBody;
    expect(Object.keys(avatar.content)).toContain("image/png");
  });
});

test("The document is encoded once, however many callers request it", async () => {
  const app = new Hono();
  app.get("/openapi.json", openApiDocument(app));
  using stringify = spyOn(JSON, "stringify");
  const read = async () => (await app.request("/openapi.json")).text();
  const bodies = [...(await Promise.all([read(), read()])), await read()];
  expect(new Set(bodies).size).toBe(1);
  expect(JSON.parse(bodies[0] ?? "").info.title).toBe("Parley");
  const encodings = stringify.mock.calls.filter(([value]) => value?.openapi !== undefined);
  expect(encodings).toHaveLength(1);
});
