/** A request can't be put into words of HTTP: its caller is to blame. */
export class UnsendableRequestError extends Error {
  constructor() {
    super("The request’s head would hold a control character");
  }
}

/** No connection to the server came about: the request has not reached it. */
export class UnreachableError extends Error {}

/** What the server sent is not HTTP/1.1. */
export class MalformedAnswerError extends Error {
  constructor(reason: string) {
    super(`The server’s answer can’t be read: ${reason}`);
  }
}

/** The connection ended before the answer did; the request may have been done all the same. */
export class BrokenConnectionError extends Error {
  constructor(cause?: unknown) {
    super("The connection to the server broke", { cause });
  }
}

/** The server was waited for too long. */
export class SilenceError extends Error {
  constructor() {
    super("The server was silent too long");
  }
}
