import {
  type CompiledQuery,
  DummyDriver,
  type Expression,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryExecutorProvider,
  sql,
} from "kysely";
import { PREPARED_MARK } from "./prepared.ts";
import type { Tables } from "./schema.ts";
import { runnerOf, type StatementRunner } from "./statement-runner.ts";

/** A value that a statement gets at each run, as an expression for the query that is built once. */
export type Parameters<Values> = { readonly [Name in keyof Values]: Expression<Values[Name]> };

/** A statement of Kysely: a query or a fragment of SQL. */
interface Compilable<Row> {
  compile(provider: QueryExecutorProvider): CompiledQuery<Row>;
}

/** A statement that is compiled once, and that each connection parses and plans once. */
export interface PreparedStatement<Values, Row> {
  /** Runs the statement, on a database or in a transaction. */
  rows(db: QueryExecutorProvider, values: Values): Promise<Row[]>;
  /** Runs the statement. @returns its first row. */
  first(db: QueryExecutorProvider, values: Values): Promise<Row | undefined>;
}

/** Builds a statement; its text must not depend on values. */
type Build<Values, Row> = (db: Kysely<Tables>, parameters: Parameters<Values>) => Compilable<Row>;

/**
 * Prepares a statement for frequent use.
 *
 * Kysely builds and compiles a query at each call, and PostgreSQL parses and plans an unnamed statement
 * at each execution; for a short read, both take longer than the read. `build` runs at the first use
 * only. To be called while a module loads, because a statement is kept for good.
 *
 * @example
 * const findName = prepare((db, { id }: Parameters<{ id: UserId }>) =>
 *   db.selectFrom("users").select("display_name").where("id", "=", id));
 * const user = await findName.first(db, { id });
 */
export function prepare<Values extends object, Row>(
  build: Build<Values, Row>,
): PreparedStatement<Values, Row> {
  return statement(build, (runner) => runner.run);
}

/**
 * Prepares a statement that takes well under a millisecond, whatever it is given, so that it may share
 * a connection with others of its kind: one that waits behind a slow one would be slow too.
 */
export function prepareLookUp<Values extends object, Row>(
  build: Build<Values, Row>,
): PreparedStatement<Values, Row> {
  return statement(build, (runner) => runner.runShared);
}

function statement<Values extends object, Row>(
  build: Build<Values, Row>,
  choose: (runner: StatementRunner) => StatementRunner["run"],
): PreparedStatement<Values, Row> {
  let compiled: Compiled | undefined;
  const compileOnce = () => {
    compiled ??= compile(build(COMPILER, PARAMETERS as Parameters<Values>));
    return compiled;
  };
  statements.push(compileOnce);

  async function rows(db: QueryExecutorProvider, values: Values): Promise<Row[]> {
    const { query, names } = compileOnce();
    const parameters = names.map((name, index) =>
      name === undefined ? query.parameters[index] : values[name as keyof Values],
    );
    const executor = db.getExecutor();
    const runner = runnerOf(executor);
    if (runner) return choose(runner)(query.sql, parameters) as Promise<Row[]>;
    return (await executor.executeQuery<Row>({ ...query, parameters })).rows;
  }

  return {
    rows,
    first: async (db, values) => (await rows(db, values))[0],
  };
}

const statements: (() => Compiled)[] = [];

/** The texts of all statements that the loaded modules prepare, for tests of their plans. */
export function preparedTexts(): string[] {
  return statements.map((compileOnce) => compileOnce().query.sql);
}

/**
 * A parameter whose value PostgreSQL does not see while it plans.
 *
 * To be used for an array that is unnested, and for a limit. A plan for the value at hand seems cheaper
 * than one for all values when the array is shorter, or the limit smaller, than PostgreSQL assumes of an
 * unknown one; it would then plan the statement anew at each execution.
 * @param type the type in SQL.
 */
export function opaque<T>(
  parameter: Expression<T>,
  type: "uuid" | "uuid[]" | "bigint[]" | "bigint" | "text[]",
) {
  return sql<T>`(select ${parameter}::${sql.raw(type)})`;
}

interface Compiled {
  readonly query: CompiledQuery;
  /** The name of the value in each place; undefined for a constant. */
  readonly names: readonly (string | undefined)[];
}

function compile(statement: Compilable<unknown>): Compiled {
  const query = statement.compile(COMPILER);
  const names = query.parameters.map((value) => (value instanceof Name ? value.name : undefined));
  return { query: { ...query, sql: `${PREPARED_MARK} ${query.sql}` }, names };
}

/** Stands for the value of a parameter while a query is built. */
class Name {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** Has an expression for every name. */
const PARAMETERS = new Proxy(
  {},
  { get: (_target, name) => (typeof name === "string" ? sql.val(new Name(name)) : undefined) },
);

/** Builds and compiles queries, without a connection. */
const COMPILER = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
});
