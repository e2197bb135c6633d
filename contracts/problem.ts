import * as v from "valibot";
import { ERRORS, type ErrorCode } from "./errors.ts";

const CODES = Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]];
const TITLES = [...new Set(Object.values(ERRORS).map(({ title }) => title))];

/** An error over HTTP, as `application/problem+json` (RFC 9457). */
export const Problem = v.pipe(
  v.object({
    type: v.pipe(v.string(), v.metadata({ format: "uri" })),
    title: v.pipe(v.string(), v.metadata({ enum: TITLES })),
    status: v.pipe(v.number(), v.metadata({ type: "integer", minimum: 400, maximum: 599 })),
    detail: v.string(),
    code: v.picklist(CODES),
    errors: v.optional(v.array(v.object({ path: v.string(), message: v.string() }))),
  }),
  v.metadata({ title: "Problem" }),
);
export type Problem = v.InferOutput<typeof Problem>;
export type FieldError = NonNullable<Problem["errors"]>[number];
