import { PGlite, types } from "@electric-sql/pglite";
import { pg_trgm } from "@electric-sql/pglite/contrib/pg_trgm";
import type { StatementFault, WorkerAnswer, WorkerRequest } from "./protocol.ts";

declare const self: Worker;

/**
 * PostgreSQL's own default of 128 MB is taken at once here, where memory comes zeroed; what it does not
 * hold, the system's cache of files does.
 */
const SHARED_BUFFERS = "32MB";

/** PGlite blocks the event loop while it works: here it blocks only its own. */
let pglite: PGlite;

self.onmessage = async ({ data }: MessageEvent<WorkerRequest>) => {
  self.postMessage(await answer(data));
};

async function answer(request: WorkerRequest): Promise<WorkerAnswer> {
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

async function open(folder: string | undefined): Promise<WorkerAnswer> {
  try {
    pglite = await PGlite.create({
      ...(folder !== undefined && { dataDir: folder }),
      extensions: { pg_trgm },
      startParams: [...PGlite.defaultStartParams, "-c", `shared_buffers=${SHARED_BUFFERS}`],
      parsers: { [types.INT8]: Number },
    });
    // What unpacked the database and made a new one, hundreds of megabytes, is of no use any more.
    Bun.gc(true);
    return { kind: "opened" };
  } catch (error) {
    return { kind: "failed", message: String(error) };
  }
}

async function run(id: number, sql: string, params: unknown[]): Promise<WorkerAnswer> {
  try {
    const { rows, affectedRows } = await pglite.query(sql, params);
    return { kind: "rows", id, rows, affectedRows: affectedRows ?? 0 };
  } catch (error) {
    if (isTheEnd(error)) return { kind: "failed", message: error.message };
    return { kind: "fault", id, fault: describe(error as StatementFault) };
  }
}

/**
 * Whether PGlite will never answer again. PostgreSQL panics where it can't write its log, as on a full
 * disk, and relies on being started again; PGlite does not start itself, and spins at its next turn.
 */
function isTheEnd(error: unknown): error is Error {
  const { severity } = error as { severity?: string };
  return severity === "PANIC" || severity === "FATAL" || error instanceof WebAssembly.RuntimeError;
}

function describe({ message, code, detail, constraint }: StatementFault): StatementFault {
  return {
    message,
    ...(code !== undefined && { code }),
    ...(detail !== undefined && { detail }),
    ...(constraint !== undefined && { constraint }),
  };
}
