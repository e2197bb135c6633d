import { PGlite, types } from "@electric-sql/pglite";
import { pg_trgm } from "@electric-sql/pglite/contrib/pg_trgm";
import type { StatementFault, WorkerAnswer, WorkerRequest } from "./protocol.ts";

declare const self: Worker;

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
      parsers: { [types.INT8]: Number },
    });
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
    return { kind: "fault", id, fault: describe(error as StatementFault) };
  }
}

function describe({ message, code, detail, constraint }: StatementFault): StatementFault {
  return {
    message,
    ...(code !== undefined && { code }),
    ...(detail !== undefined && { detail }),
    ...(constraint !== undefined && { constraint }),
  };
}
