/** A message to the database's worker: first `open`, then statements, then `close`. */
export type WorkerRequest =
  | { kind: "open"; folder: string | undefined }
  | { kind: "statement"; id: number; sql: string; params: unknown[] }
  | { kind: "close" };

/** An error of PostgreSQL with the fields that callers use, because an `Error` loses them between threads. */
export interface StatementError {
  message: string;
  code?: string;
  detail?: string;
  constraint?: string;
}

export type WorkerResponse =
  | { kind: "opened" }
  | { kind: "failed"; message: string }
  | { kind: "rows"; id: number; rows: unknown[]; affectedRows: number }
  | { kind: "error"; id: number; error: StatementError }
  | { kind: "closed" };
