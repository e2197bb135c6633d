import type { PGlite, PGliteQueryResults, PGliteTransaction } from "kysely";
import { DatabaseEndedError } from "../transient-error.ts";
import type { WorkerRequest, WorkerResponse } from "./protocol.ts";

interface PendingStatement {
  resolve(result: PGliteQueryResults<never>): void;
  reject(error: Error): void;
}

/**
 * Runs PGlite in a worker, with the part of PGlite's interface that Kysely's dialect uses.
 *
 * Kysely hands its one connection to one user at a time, so that all statements between `begin` and
 * `commit` belong to the transaction.
 */
export class EmbeddedPostgres implements PGlite {
  readonly waitReady: Promise<void>;
  ready = false;
  closed = false;
  /** Resolves when the database failed and cannot execute statements again. */
  readonly failed: Promise<DatabaseEndedError>;
  readonly #failed = Promise.withResolvers<DatabaseEndedError>();
  readonly #worker = new Worker(new URL("./worker.ts", import.meta.url));
  readonly #pending = new Map<number, PendingStatement>();
  readonly #opened = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<void>();
  #fatal: DatabaseEndedError | undefined;
  #lastId = 0;

  /** @param folder the folder of the database; if undefined, the database is in memory. */
  constructor(folder?: string) {
    this.waitReady = this.#opened.promise;
    this.failed = this.#failed.promise;
    this.waitReady.catch(() => {});
    this.#worker.onmessage = ({ data }: MessageEvent<WorkerResponse>) => this.#receive(data);
    this.#worker.onerror = ({ message }) => this.#fail(message);
    this.#send({ kind: "open", folder });
  }

  query<T>(sql: string, params: unknown[] = []): Promise<PGliteQueryResults<T>> {
    if (this.#fatal) return Promise.reject(this.#fatal);
    if (this.closed) return Promise.reject(new Error("the database is closed"));
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#send({ kind: "statement", id, sql, params });
    });
  }

  async transaction<T>(work: (tx: PGliteTransaction) => Promise<T>): Promise<T> {
    await this.query("begin");
    try {
      const result = await work({
        query: (sql, params) => this.query(sql, params),
        rollback: async () => void (await this.query("rollback")),
      });
      await this.query("commit");
      return result;
    } catch (error) {
      await this.query("rollback");
      throw error;
    }
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.#send({ kind: "close" });
    await this.#ended.promise;
    this.#worker.terminate();
  }

  #send(request: WorkerRequest): void {
    this.#worker.postMessage(request);
  }

  #receive(response: WorkerResponse): void {
    switch (response.kind) {
      case "opened":
        this.ready = true;
        this.#opened.resolve();
        break;
      case "failed":
        this.#fail(response.message);
        break;
      case "rows": {
        const { rows, affectedRows } = response;
        this.#takePending(response.id)?.resolve({
          rows: rows as never[],
          affectedRows,
          fields: [],
        });
        break;
      }
      case "error": {
        const { error } = response;
        this.#takePending(response.id)?.reject(Object.assign(new Error(error.message), error));
        break;
      }
      case "closed":
        this.#ended.resolve();
    }
  }

  #takePending(id: number): PendingStatement | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending;
  }

  #fail(reason: string): void {
    const error = new DatabaseEndedError(reason);
    this.#fatal = error;
    this.closed = true;
    this.#failed.resolve(error);
    this.#opened.reject(error);
    this.#ended.resolve();
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
    this.#worker.terminate();
  }
}
