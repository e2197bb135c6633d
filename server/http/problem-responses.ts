import { ERRORS, type ErrorCode } from "@parley/contracts/errors";
import type { DescribeRouteOptions } from "hono-openapi";

type Responses = NonNullable<DescribeRouteOptions["responses"]>;

/** The headers that a refusal of a status carries. */
const HEADERS: Readonly<Record<number, Record<string, object>>> = {
  401: { "WWW-Authenticate": { required: true, schema: { type: "string", const: "Bearer" } } },
  405: {
    Allow: {
      description: "The methods that the address has",
      required: true,
      schema: { type: "string" },
    },
  },
  429: { "Retry-After": { required: true, ...seconds() } },
  503: { "Retry-After": seconds() },
};

/** The responses of these error codes, grouped by status. */
export function problemResponses(codes: readonly ErrorCode[]): Responses {
  const byStatus = Object.groupBy(new Set(codes), (code) => ERRORS[code].status);
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, group = []]) => [
      status,
      problemResponse(Number(status), group.toSorted()),
    ]),
  );
}

function problemResponse(status: number, codes: readonly ErrorCode[]) {
  const headers = HEADERS[status];
  return {
    description: codes.map((code) => `\`${code}\`: ${ERRORS[code].title}`).join("; "),
    ...(headers && { headers }),
    content: {
      "application/problem+json": {
        schema: {
          $ref: "#/components/schemas/Problem",
          properties: { status: { const: status }, code: { enum: [...codes] } },
        },
      },
    },
  };
}

function seconds() {
  return {
    description: "Seconds after which the same request may succeed",
    schema: { type: "integer", minimum: 1 },
  };
}
