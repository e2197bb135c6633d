import { ERRORS, type ErrorCode } from "@parley/contracts/errors";
import { LIMITS } from "@parley/contracts/limits";
import { Id } from "@parley/contracts/scalars";
import { Refusal } from "@parley/platform/http/problem";
import { bodyLimit } from "hono/body-limit";
import { every } from "hono/combine";
import { createMiddleware } from "hono/factory";
import { type DescribeRouteOptions, describeRoute, resolver, validator } from "hono-openapi";
import type { GenericSchema } from "valibot";
import * as v from "valibot";
import { schemaOptions } from "./schema-options.ts";

export interface RouteDescription {
  readonly summary: string;
  readonly tag: string;
  /** What a caller gets, by status; without a schema the answer has no body. */
  readonly answers: Readonly<
    Record<number, readonly [description: string, schema?: GenericSchema]>
  >;
  readonly refusals?: readonly ErrorCode[];
  /** Whether it takes no token. */
  readonly open?: boolean;
  /** The media types of a body that is not JSON. */
  readonly takes?: readonly string[];
}

/** States once, for the OpenAPI document, what a route is for, answers and refuses. */
export function documented({
  summary,
  tag,
  answers,
  refusals = [],
  open,
  takes,
}: RouteDescription) {
  const common: ErrorCode[] = open ? ["rate_limited"] : ["unauthenticated", "rate_limited"];
  if (takes) common.push("request_timeout");
  return describeRoute({
    summary,
    tags: [tag],
    ...(open && { security: [] }),
    ...(takes && { requestBody: binaryBody(takes) }),
    responses: { ...answerObjects(answers), ...problems([...refusals, ...common]) },
  });
}

/** Takes a JSON body of this shape: anything else is refused, as are other media types and bodies over 1 MiB. */
export function jsonBody<S extends GenericSchema>(schema: S) {
  const validate = validator("json", schema, refuseFaults, schemaOptions("input"));
  return Object.assign(every(limitBody(LIMITS.maxJsonBytes), requireJson, validate), validate);
}

/** Takes the same, and no body at all as an empty object: for a shape of which nothing need be told. */
export function optionalJsonBody<S extends GenericSchema>(schema: S) {
  const validate = validator("json", schema, refuseFaults, schemaOptions("input"));
  return Object.assign(every(limitBody(LIMITS.maxJsonBytes), requireJsonIfAny, validate), validate);
}

export function query<S extends GenericSchema>(schema: S) {
  return validator("query", schema, refuseFaults, schemaOptions("input"));
}

/** Takes the IDs in the path; one that is no UUID names nothing that there is. */
export function idParams<const Name extends string>(...names: Name[]) {
  const entries = Object.fromEntries(names.map((name) => [name, Id])) as Record<Name, typeof Id>;
  return params(v.object(entries));
}

/** Takes the names in the path; a malformed one names nothing that there is. */
export function params<S extends GenericSchema>(schema: S) {
  return validator("param", schema, refuseUnknown, schemaOptions("input"));
}

/** Refuses a body of more than `maxSize` bytes, however it is sent. */
export function limitBody(maxSize: number) {
  return bodyLimit({
    maxSize,
    onError() {
      throw new Refusal("too_large", `The body is over ${maxSize} bytes.`);
    },
  });
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

type Validated =
  | { success: true }
  | { success: false; error: readonly { message: string; path?: unknown }[] };

function refuseFaults(result: Validated): void {
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

function refuseUnknown({ success }: Validated): void {
  if (!success) throw new Refusal("not_found");
}

/** A Standard Schema path, as `members.0`. */
function dotted(path: unknown): string {
  return ((path ?? []) as (PropertyKey | { key: PropertyKey })[])
    .map((step) => String(typeof step === "object" ? step.key : step))
    .join(".");
}

type Responses = NonNullable<DescribeRouteOptions["responses"]>;

function answerObjects(answers: RouteDescription["answers"]): Responses {
  return Object.fromEntries(
    Object.entries(answers).map(([status, [description, schema]]) => [
      status,
      schema
        ? {
            description,
            content: {
              "application/json": { schema: resolver(schema, schemaOptions("output")) },
            },
          }
        : { description },
    ]),
  );
}

function problems(codes: readonly ErrorCode[]): Responses {
  const byStatus = Object.groupBy(codes, (code) => ERRORS[code].status);
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, group = []]) => [
      status,
      {
        description: group.map((code) => `\`${code}\`: ${ERRORS[code].title}`).join("; "),
        content: {
          "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } },
        },
      },
    ]),
  );
}

function binaryBody(types: readonly string[]) {
  return {
    required: true,
    content: Object.fromEntries(types.map((type) => [type, { schema: {} }])),
  };
}
