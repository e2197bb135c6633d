import type { ErrorCode } from "@parley/contracts/errors";
import type { FieldError } from "@parley/contracts/problem";
import { readProblem } from "./read-problem.ts";

/** `network`: nobody answered. */
export type FailureCode = ErrorCode | "network";

/** A request that was refused, or never answered; `retryAfter` is in seconds. */
export class ApiError extends Error {
  constructor(
    readonly code: FailureCode,
    detail: string,
    readonly fields: readonly FieldError[] = [],
    readonly retryAfter: number | null = null,
  ) {
    super(detail);
  }
}

export interface RequestOptions {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  json?: unknown;
  blob?: Blob;
}

export type Request = (path: string, options?: RequestOptions) => Promise<unknown>;

interface RequestDeps {
  fetch: (url: string, init: RequestInit) => Promise<Response>;
  sleep: (ms: number) => Promise<void>;
}

const RETRIES = 3;

/** Calls `/service/api`; reads that met a rate limit or a busy server wait as asked and try again. */
export function createRequest({ fetch, sleep }: RequestDeps): Request {
  return async function request(path, options = {}) {
    for (let attempt = 0; ; attempt++) {
      const answer = await call(fetch, path, options);
      if (!(answer instanceof ApiError)) return answer;
      if (attempt === RETRIES || !mayRepeat(answer, options)) throw answer;
      await sleep((answer.retryAfter ?? 1) * 1_000);
    }
  };
}

async function call(fetch: RequestDeps["fetch"], path: string, options: RequestOptions) {
  let response: Response;
  try {
    response = await fetch(`/service/api${path}`, init(options));
  } catch {
    return new ApiError("network", "nobody answered");
  }
  if (!response.ok) return failure(response);
  return response.status === 204 ? null : response.json();
}

function init({ method = "GET", json, blob }: RequestOptions): RequestInit {
  const headers: Record<string, string> = { accept: "application/json" };
  if (json !== undefined) headers["content-type"] = "application/json";
  const body = json === undefined ? (blob ?? null) : JSON.stringify(json);
  return { method, headers, body, credentials: "same-origin", cache: "no-store" };
}

async function failure(response: Response): Promise<ApiError> {
  const problem = readProblem(await response.json().catch(() => null));
  const retryAfter = Number(response.headers.get("retry-after")) || null;
  if (!problem) return new ApiError("bad_gateway", response.statusText, [], retryAfter);
  return new ApiError(problem.code, problem.detail, problem.errors, retryAfter);
}

function mayRepeat(error: ApiError, { method = "GET" }: RequestOptions): boolean {
  return method === "GET" && (error.code === "rate_limited" || error.code === "overloaded");
}
