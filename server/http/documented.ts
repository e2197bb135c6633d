import type { ErrorCode } from "@parley/contracts/errors";
import { type Route, type RouteKey, routeOf } from "@parley/contracts/routes";
import type { MiddlewareHandler } from "hono";
import { type DescribeRouteOptions, describeRoute, resolver } from "hono-openapi";
import type { GenericSchema } from "valibot";
import { problemResponses } from "./problem-responses.ts";
import { schemaOptions } from "./schema-options.ts";

/** A body that is not JSON of a schema: its media types and, in a word, their JSON Schema type. */
interface OtherBody {
  readonly mediaTypes: readonly string[];
  readonly type: "string" | "object";
}

export interface RouteDescription {
  readonly summary: string;
  readonly description?: string;
  readonly tag: string;
  /** The successful responses by status; without a body the response has none. */
  readonly answers: Readonly<
    Record<number, readonly [description: string, body?: GenericSchema | OtherBody]>
  >;
  /** The error codes of the route's own rules; those of the table of routes are added. */
  readonly refusals?: readonly ErrorCode[];
  /** The media types of a body that is not JSON. */
  readonly takes?: readonly string[];
}

/** Describes a route in the OpenAPI document: its own words, and what follows from the table of routes. */
export function documented(
  key: RouteKey,
  { summary, description, tag, answers, refusals = [], takes }: RouteDescription,
) {
  const route = routeOf(key);
  const described = describeRoute({
    summary,
    ...(description !== undefined && { description }),
    tags: [tag],
    ...(route.serverAccess === "public" && { security: [] }),
    ...(takes && { requestBody: binaryBody(takes) }),
    responses: {
      ...answerObjects(answers),
      ...problemResponses([...refusals, ...refusalsOf(route)]),
    },
  });
  // hono-openapi reads the description from the middleware's symbol; its own middleware awaits the next one.
  const middleware: MiddlewareHandler = function documented(_c, next) {
    return next();
  };
  return Object.assign(middleware, described, { key });
}

const JSON_REFUSALS = ["bad_request", "unsupported_media", "invalid", "overloaded"] as const;
const BY_BODY = {
  credentials: JSON_REFUSALS,
  json: JSON_REFUSALS,
  avatar: [],
  file: [],
  none: [],
} as const satisfies Record<Route["body"], readonly ErrorCode[]>;

/** The error codes that follow from the table of routes, and those that any request can get. */
function refusalsOf({ method, pattern, body, access, serverAccess }: Route): ErrorCode[] {
  const isProtected = access !== "public" || serverAccess !== "public";
  return [
    "bad_request",
    ...(isProtected ? (["unauthenticated"] as const) : []),
    ...(method === "GET" ? [] : (["cross_site"] as const)),
    ...(pattern.includes(":") || access === "none" ? (["not_found"] as const) : []),
    "method_not_allowed",
    "request_timeout",
    "too_large",
    ...BY_BODY[body],
    "rate_limited",
    "fields_too_large",
    "internal",
    "bad_gateway",
    "unavailable",
    "timeout",
  ];
}

type Responses = NonNullable<DescribeRouteOptions["responses"]>;

function answerObjects(answers: RouteDescription["answers"]): Responses {
  return Object.fromEntries(
    Object.entries(answers).map(([status, [description, body]]) => [
      status,
      body ? { description, content: contentOf(body) } : { description },
    ]),
  );
}

function contentOf(body: GenericSchema | OtherBody) {
  if (!("mediaTypes" in body))
    return { "application/json": { schema: resolver(body, schemaOptions(body, "output")) } };
  const { mediaTypes, type } = body;
  return Object.fromEntries(mediaTypes.map((mediaType) => [mediaType, { schema: { type } }]));
}

function binaryBody(types: readonly string[]) {
  return {
    required: true,
    content: Object.fromEntries(types.map((type) => [type, { schema: {} }])),
  };
}
