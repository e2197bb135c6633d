/** The embedded database can't go on in this process: another one may open it again, and nothing committed is lost. */
export class DatabaseEndedError extends Error {
  /** PostgreSQL's `crash_shutdown`: all that was not committed is undone. */
  readonly code = "57P02";

  constructor(reason: string) {
    super(`the embedded database ended: ${reason}`);
  }
}
