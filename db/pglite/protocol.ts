/** What the database's worker is asked: to open once, then statements one at a time, and to close. */
export type WorkerRequest =
  | { kind: "open"; folder: string | undefined }
  | { kind: "statement"; id: number; sql: string; params: unknown[] }
  | { kind: "close" };

/** A fault of PostgreSQL, with the fields that callers look at: an `Error` loses them on its way out of a worker. */
export interface StatementFault {
  message: string;
  code?: string;
  detail?: string;
  constraint?: string;
}

export type WorkerAnswer =
  | { kind: "opened" }
  | { kind: "failed"; message: string }
  | { kind: "rows"; id: number; rows: unknown[]; affectedRows: number }
  | { kind: "fault"; id: number; fault: StatementFault }
  | { kind: "closed" };
