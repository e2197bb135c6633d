/** The embedded database failed and cannot be used again in this process. Another process can open it, and nothing that was committed is lost. */
export class DatabaseEndedError extends Error {
  /** PostgreSQL's `crash_shutdown`: everything that was not committed is undone. */
  readonly code = "57P02";

  constructor(reason: string) {
    super(`the embedded database ended: ${reason}`);
  }
}
