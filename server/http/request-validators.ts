import { Id } from "@parley/contracts/scalars";
import { Refusal } from "@parley/platform/http/problem";
import { every } from "hono/combine";
import { createMiddleware } from "hono/factory";
import { describeRoute, resolver, validator } from "hono-openapi";
import type { GenericSchema } from "valibot";
import * as v from "valibot";
import { schemaOptions } from "./schema-options.ts";

/**
 * Accepts a JSON body of this shape.
 * @throws Refusal `unsupported_media` for another media type, `invalid` for another shape.
 */
export function jsonBody<S extends GenericSchema>(schema: S) {
  const validate = validator("json", schema, refuseInvalid, schemaOptions(schema, "input"));
  return Object.assign(every(requireJson, validate, requireObject), validate);
}

/** Accepts what {@link jsonBody} does, and a missing body as an empty object: all fields must be optional. */
export function optionalJsonBody<S extends GenericSchema>(schema: S) {
  const validate = validator("json", schema, refuseInvalid, schemaOptions(schema, "input"));
  const optional = describeRoute({
    requestBody: {
      required: false,
      content: { "application/json": { schema: resolver(schema, schemaOptions(schema, "input")) } },
    },
  });
  return Object.assign(every(requireJsonIfAny, validate, requireObject), validate, optional);
}

/** @throws Refusal `invalid` for a query of another shape. */
export function query<S extends GenericSchema>(schema: S) {
  return validator("query", schema, refuseInvalid, schemaOptions(schema, "input"));
}

/** Accepts the IDs in the path. @throws Refusal `not_found` for a malformed one, because nothing has that ID. */
export function idParams<const Name extends string>(...names: Name[]) {
  const entries = Object.fromEntries(names.map((name) => [name, Id])) as Record<Name, typeof Id>;
  return params(v.object(entries));
}

/** Accepts the parameters in the path. @throws Refusal `not_found` for a malformed one. */
export function params<S extends GenericSchema>(schema: S) {
  return validator("param", schema, refuseUnknown, schemaOptions(schema, "input"));
}

const requireJson = createMiddleware(async function requireJson(c, next) {
  if (!/^application\/([\w.-]+\+)?json *(;|$)/i.test(c.req.header("content-type") ?? ""))
    throw new Refusal("unsupported_media", "The body must be application/json.");
  await next();
});

const requireJsonIfAny = createMiddleware(async function requireJsonIfAny(c, next) {
  if ((await c.req.text()) !== "") return requireJson(c, next);
  const headers = { "content-type": "application/json" };
  c.req.raw = new Request(c.req.url, { method: c.req.method, headers, body: "{}" });
  c.req.bodyCache = {};
  await next();
});

/** An array passes as an object whose fields are all optional. */
const requireObject = createMiddleware(async function requireObject(c, next) {
  if (Array.isArray(await c.req.json()))
    throw new Refusal("invalid", "The body: is not an object.", {
      errors: [{ path: "", message: "is not an object" }],
    });
  await next();
});

type ValidationResult =
  | { success: true }
  | { success: false; error: readonly { message: string; path?: unknown }[] };

function refuseInvalid(result: ValidationResult): void {
  if (result.success) return;
  const errors = result.error.map(({ message, path }) => ({
    path: dotted(path),
    message: message.startsWith("Invalid key: Expected") ? "is missing" : message,
  }));
  const [first] = errors;
  throw new Refusal("invalid", first && `${first.path || "The body"}: ${first.message}.`, {
    errors,
  });
}

function refuseUnknown({ success }: ValidationResult): void {
  if (!success) throw new Refusal("not_found");
}

/** Writes a path of Standard Schema as `members.0`. */
function dotted(path: unknown): string {
  return ((path ?? []) as (PropertyKey | { key: PropertyKey })[])
    .map((step) => String(typeof step === "object" ? step.key : step))
    .join(".");
}
