/** The request cannot be written as HTTP/1.1; the fault is its caller's. */
export class UnsendableRequestError extends Error {
  constructor() {
    super("The request’s head holds a control character");
  }
}

/** No connection to the server was established: the request has not reached the server. */
export class UnreachableError extends Error {}

/** The server’s response is not valid HTTP/1.1. */
export class MalformedResponseError extends Error {
  constructor(reason: string) {
    super(`The server’s response is malformed: ${reason}`);
  }
}

/** The connection ended before the response did; the server may have processed the request. */
export class BrokenConnectionError extends Error {
  constructor(cause?: unknown) {
    super("The connection to the server broke", { cause });
  }
}

/** The server sent nothing for too long. */
export class ResponseTimeoutError extends Error {
  constructor() {
    super("The server’s response timed out");
  }
}
