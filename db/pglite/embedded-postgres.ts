import type { PGlite, PGliteQueryResults, PGliteTransaction } from "kysely";
import { DatabaseEndedError } from "../database-ended-error.ts";
import type { WorkerAnswer, WorkerRequest } from "./protocol.ts";

interface Waiting {
  resolve(result: PGliteQueryResults<never>): void;
  reject(error: Error): void;
}

/**
 * PGlite in a worker, seen through the part of its interface that Kysely's dialect uses.
 *
 * Kysely gives its one connection to one holder at a time, so statements between `begin` and
 * `commit` are the transaction's own.
 */
export class EmbeddedPostgres implements PGlite {
  readonly waitReady: Promise<void>;
  ready = false;
  closed = false;
  /** Resolves when the database ended by itself: no statement will ever be answered again. */
  readonly failed: Promise<DatabaseEndedError>;
  readonly #failed = Promise.withResolvers<DatabaseEndedError>();
  readonly #worker = new Worker(new URL("./worker.ts", import.meta.url));
  readonly #waiting = new Map<number, Waiting>();
  readonly #opened = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<void>();
  #ending: DatabaseEndedError | undefined;
  #lastId = 0;

  /** @param folder where the database is kept; without one it lives in memory. */
  constructor(folder?: string) {
    this.waitReady = this.#opened.promise;
    this.failed = this.#failed.promise;
    this.waitReady.catch(() => {});
    this.#worker.onmessage = ({ data }: MessageEvent<WorkerAnswer>) => this.#receive(data);
    this.#worker.onerror = ({ message }) => this.#fail(message);
    this.#ask({ kind: "open", folder });
  }

  query<T>(sql: string, params: unknown[] = []): Promise<PGliteQueryResults<T>> {
    if (this.#ending) return Promise.reject(this.#ending);
    if (this.closed) return Promise.reject(new Error("the database is closed"));
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#ask({ kind: "statement", id, sql, params });
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
    this.#ask({ kind: "close" });
    await this.#ended.promise;
    this.#worker.terminate();
  }

  #ask(request: WorkerRequest): void {
    this.#worker.postMessage(request);
  }

  #receive(answer: WorkerAnswer): void {
    switch (answer.kind) {
      case "opened":
        this.ready = true;
        this.#opened.resolve();
        break;
      case "failed":
        this.#fail(answer.message);
        break;
      case "rows": {
        const { rows, affectedRows } = answer;
        this.#settle(answer.id)?.resolve({ rows: rows as never[], affectedRows, fields: [] });
        break;
      }
      case "fault": {
        const { fault } = answer;
        this.#settle(answer.id)?.reject(Object.assign(new Error(fault.message), fault));
        break;
      }
      case "closed":
        this.#ended.resolve();
    }
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  #fail(reason: string): void {
    const error = new DatabaseEndedError(reason);
    this.#ending = error;
    this.closed = true;
    this.#failed.resolve(error);
    this.#opened.reject(error);
    this.#ended.resolve();
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
    this.#worker.terminate();
  }
}
