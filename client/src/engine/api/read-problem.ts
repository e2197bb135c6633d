import { ERRORS, type ErrorCode } from "@parley/contracts/errors";
import type { FieldError, Problem } from "@parley/contracts/problem";

type Read = Pick<Problem, "code" | "detail"> & { errors: FieldError[] };

/**
 * Reads a `Problem`, or null when the answer is none.
 *
 * By hand and not by the contract's schema: this is all that the sign-in page has to parse, and
 * it would load the schema library, a fifth of its JavaScript, for it.
 */
export function readProblem(answer: unknown): Read | null {
  if (!isRecord(answer) || !isErrorCode(answer["code"])) return null;
  const { code, detail, errors } = answer;
  return {
    code,
    detail: typeof detail === "string" ? detail : "",
    errors: Array.isArray(errors) ? errors.filter(isFieldError) : [],
  };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === "string" && Object.hasOwn(ERRORS, code);
}

function isFieldError(value: unknown): value is FieldError {
  return (
    isRecord(value) && typeof value["path"] === "string" && typeof value["message"] === "string"
  );
}
