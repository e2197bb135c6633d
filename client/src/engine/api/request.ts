import type { ErrorCode } from "@parley/contracts/errors";
import type { FieldError } from "@parley/contracts/problem";
import type { RouteKey } from "@parley/contracts/routes";
import { readProblem } from "./read-problem.ts";
import { type PathParams, urlOf } from "./route-url.ts";

/** `network`: no response arrived. */
export type FailureCode = ErrorCode | "network";

/** A request that was refused or got no response. `retryAfter` is in seconds. */
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

interface CommonOptions {
  query?: Readonly<Record<string, string>>;
  json?: unknown;
  blob?: Blob;
  /** Ends the request, and its repetition. */
  signal?: AbortSignal | undefined;
}

/** The options of a request; `params` belong to the path of the route. */
export type RequestOptions<Route extends RouteKey> = CommonOptions &
  (keyof PathParams<Route> extends never ? { params?: never } : { params: PathParams<Route> });

/** The options are optional for a route whose path has no parameters. */
export type OptionArguments<Route extends RouteKey> = keyof PathParams<Route> extends never
  ? [options?: RequestOptions<Route>]
  : [options: RequestOptions<Route>];

/**
 * Sends a request to a route of the contract. @returns the JSON of the response, or null for 204.
 * @throws ApiError if the request is refused or gets no response.
 */
export type Request = <Route extends RouteKey>(
  route: Route,
  ...options: OptionArguments<Route>
) => Promise<unknown>;

interface RequestDeps {
  fetch: (url: string, init: RequestInit) => Promise<Response>;
  sleep: (ms: number) => Promise<void>;
}

const MAX_RETRIES = 3;
const DEFAULT_RETRY_AFTER_S = 1;

/** Reads that meet a rate limit or an overloaded server wait for `Retry-After` and are repeated. */
export function createRequest({ fetch, sleep }: RequestDeps): Request {
  return async function request(route, ...[options]) {
    const { method, url } = urlOf(route, options?.params ?? {}, options?.query ?? {});
    const init = initOf(method, options ?? {});
    for (let attempt = 0; ; attempt++) {
      const result = await send(fetch, url, init);
      if (!(result instanceof ApiError)) return result;
      if (attempt === MAX_RETRIES || !mayRepeat(result, method)) throw result;
      await sleep((result.retryAfter ?? DEFAULT_RETRY_AFTER_S) * 1_000);
      if (options?.signal?.aborted) throw result;
    }
  };
}

async function send(fetch: RequestDeps["fetch"], url: string, init: RequestInit) {
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch {
    return new ApiError("network", "no response");
  }
  if (!response.ok) return readFailure(response);
  return response.status === 204 ? null : response.json();
}

function initOf(method: string, { json, blob, signal }: CommonOptions): RequestInit {
  const headers: Record<string, string> = { accept: "application/json" };
  if (json !== undefined) headers["content-type"] = "application/json";
  const body = json === undefined ? (blob ?? null) : JSON.stringify(json);
  const common = { credentials: "same-origin", cache: "no-store" } as const;
  return { method, headers, body, ...common, ...(signal && { signal }) };
}

async function readFailure(response: Response): Promise<ApiError> {
  const problem = readProblem(await response.json().catch(() => null));
  const retryAfter = Number(response.headers.get("retry-after")) || null;
  if (!problem) return new ApiError("bad_gateway", response.statusText, [], retryAfter);
  return new ApiError(problem.code, problem.detail, problem.errors, retryAfter);
}

function mayRepeat(error: ApiError, method: string): boolean {
  return method === "GET" && (error.code === "rate_limited" || error.code === "overloaded");
}
