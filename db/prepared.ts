import { type QueryExecutorProvider, sql } from "kysely";
import type pg from "pg";
import { NamedQuery, type StatementResult } from "./named-query.ts";

/** The beginning of the text of a statement that is prepared. */
export const PREPARED_MARK = "/* prepared */";

/**
 * Marks the beginning of a statement that PostgreSQL parses and plans once for each connection.
 *
 * To be used for frequent statements whose text is constant and whose plan does not depend on values,
 * because a prepared statement occupies memory in each connection.
 */
export const PREPARED = sql.raw(PREPARED_MARK);

/**
 * Makes statements with {@link PREPARED} keep their plan until the transaction ends. Otherwise
 * PostgreSQL may plan a statement again for each set of values.
 */
export async function forceGenericPlan(tx: QueryExecutorProvider): Promise<void> {
  await sql`set local plan_cache_mode = force_generic_plan`.execute(tx);
}

/** Whether marked statements of a database are prepared. */
export interface Preparation {
  isOn(): boolean;
  /** A pooler hands the statements of a connection to several sessions, which do not know each other's prepared statements. */
  turnOff(): void;
}

/** @param onOff is called once, when statements are no longer prepared. */
export function createPreparation(onOff: () => void): Preparation {
  let isOn = true;
  return {
    isOn: () => isOn,
    turnOff() {
      if (isOn) onOff();
      isOn = false;
    },
  };
}

/** Makes a connection prepare statements with {@link PREPARED}, by naming them for the driver. */
export function prepareMarked(client: pg.ClientBase, preparation: Preparation): void {
  const query = client.query.bind(client) as (
    text: NamedQuery | pg.QueryConfig | string,
    values?: unknown[],
  ) => unknown;

  /** Part of the names, so that all statements are prepared again after a table was changed. */
  let generation = 0;

  async function queryNamed(text: string, values: unknown[]): Promise<StatementResult> {
    const { promise, resolve, reject } = Promise.withResolvers<StatementResult>();
    const preparedIn = generation;
    const statement = new NamedQuery(nameOf(text, preparedIn), text, values, (error, result) =>
      result ? resolve(result) : reject(error),
    );
    query(statement);
    try {
      return await promise;
    } catch (error) {
      // One that was sent behind a parse that failed is missing too, and says nothing about a pooler.
      if (isOfAnotherSession(error) && (statement.isParsed || isDouble(error)))
        preparation.turnOff();
      if (isOutdated(error)) generation = Math.max(generation, preparedIn + 1);
      // In place of the trace from the socket.
      Error.captureStackTrace(error as Error);
      throw error;
    }
  }

  const named = (text: pg.QueryConfig | string, values?: unknown[]) =>
    preparation.isOn() && typeof text === "string" && text.startsWith(PREPARED_MARK) && values
      ? queryNamed(text, values)
      : query(text, values);
  client.query = named as typeof client.query;
}

/** The statement does not exist in the session, or exists although this connection did not prepare it. */
export function isOfAnotherSession(error: unknown): boolean {
  const { code } = error as { code?: string };
  return code === "26000" || isDouble(error);
}

/** The statement exists although this connection did not prepare it. */
function isDouble(error: unknown): boolean {
  return (error as { code?: string }).code === "42P05";
}

/**
 * A table was changed since the statement was prepared, so that its result would have other
 * columns. PostgreSQL refuses every execution, and has executed nothing; the next execution on the
 * connection prepares the statement again. The message depends on the language of the database.
 */
export function isOutdated(error: unknown): boolean {
  const { code, routine } = error as { code?: string; routine?: string };
  return code === "0A000" && routine === "RevalidateCachedQuery";
}

const names = new Map<string, string>();

/** Derived from the text, so that no session can run another statement under the same name. */
function nameOf(text: string, generation: number): string {
  const name = names.getOrInsertComputed(text, () => `parley_${Bun.hash(text).toString(36)}`);
  return generation === 0 ? name : `${name}_${generation}`;
}
