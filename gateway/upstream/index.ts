/** The one entry of the package: an HTTP/1.1 client for one server; see docs/decisions/upstream.md. */
export type { ResponseBody } from "./body-queue.ts";
export {
  BrokenConnectionError,
  MalformedResponseError,
  ResponseTimeoutError,
  UnreachableError,
  UnsendableRequestError,
} from "./errors.ts";
export { isStreamed, type UpstreamResponse } from "./exchange.ts";
export { parseContentLength } from "./parse-content-length.ts";
export type { UpstreamRequest } from "./request-head.ts";
export { type HeaderList, headerValues, listMembers } from "./response-head.ts";
export { createUpstream, type Upstream } from "./upstream.ts";
