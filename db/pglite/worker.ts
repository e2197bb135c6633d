import { PGlite, types } from "@electric-sql/pglite";
import { pg_trgm } from "@electric-sql/pglite/contrib/pg_trgm";
import type { StatementError, WorkerRequest, WorkerResponse } from "./protocol.ts";

declare const self: Worker;

/**
 * Less than PostgreSQL's default of 128 MB, because WebAssembly allocates all of it at the start. The
 * operating system's page cache holds the rest.
 */
const SHARED_BUFFERS = "32MB";

/** Runs in a worker, because PGlite blocks the event loop of its thread. */
let pglite: PGlite;

self.onmessage = async ({ data }: MessageEvent<WorkerRequest>) => {
  self.postMessage(await respond(data));
};

async function respond(request: WorkerRequest): Promise<WorkerResponse> {
  switch (request.kind) {
    case "open":
      return open(request.folder);
    case "statement":
      return run(request.id, request.sql, request.params);
    case "close":
      await pglite.close();
      return { kind: "closed" };
  }
}

async function open(folder: string | undefined): Promise<WorkerResponse> {
  try {
    pglite = await PGlite.create({
      ...(folder !== undefined && { dataDir: folder }),
      extensions: { pg_trgm },
      startParams: [...PGlite.defaultStartParams, "-c", `shared_buffers=${SHARED_BUFFERS}`],
      parsers: { [types.INT8]: Number },
    });
    // Frees the hundreds of megabytes that were used to create a new database.
    Bun.gc(true);
    return { kind: "opened" };
  } catch (error) {
    return { kind: "failed", message: String(error) };
  }
}

async function run(id: number, sql: string, params: unknown[]): Promise<WorkerResponse> {
  try {
    const { rows, affectedRows } = await pglite.query(sql, params);
    return { kind: "rows", id, rows, affectedRows: affectedRows ?? 0 };
  } catch (error) {
    if (isFatal(error)) return { kind: "failed", message: error.message };
    return { kind: "error", id, error: pickFields(error as StatementError) };
  }
}

/**
 * Whether PGlite cannot execute statements again. PostgreSQL panics when it cannot write its log, for
 * example on a full disk, and expects to be restarted. PGlite does not restart, and would loop for ever.
 */
function isFatal(error: unknown): error is Error {
  const { severity } = error as { severity?: string };
  return severity === "PANIC" || severity === "FATAL" || error instanceof WebAssembly.RuntimeError;
}

function pickFields({ message, code, detail, constraint }: StatementError): StatementError {
  return {
    message,
    ...(code !== undefined && { code }),
    ...(detail !== undefined && { detail }),
    ...(constraint !== undefined && { constraint }),
  };
}
