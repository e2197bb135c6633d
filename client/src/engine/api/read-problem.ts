import type { ErrorCode } from "@parley/contracts/errors";
import type { FieldError, Problem } from "@parley/contracts/problem";

type ParsedProblem = Pick<Problem, "code" | "detail"> & { errors: FieldError[] };

/**
 * Parses a problem (RFC 9457). @returns null if the body is no problem.
 *
 * It does not use the schema of the contract, because the sign-in page parses nothing else and the
 * schema library would be a fifth of its JavaScript.
 */
export function readProblem(body: unknown): ParsedProblem | null {
  if (!isRecord(body) || !isErrorCode(body["code"])) return null;
  const { code, detail, errors } = body;
  return {
    code,
    detail: typeof detail === "string" ? detail : "",
    errors: Array.isArray(errors) ? errors.filter(isFieldError) : [],
  };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** A newer server may have further codes, so that any string is one, as in frames. */
function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === "string";
}

function isFieldError(value: unknown): value is FieldError {
  return (
    isRecord(value) && typeof value["path"] === "string" && typeof value["message"] === "string"
  );
}
