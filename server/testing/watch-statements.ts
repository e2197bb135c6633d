import type { Database } from "@parley/db/open";
import type { Tables } from "@parley/db/schema";
import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
} from "kysely";

/**
 * Wraps a database so that its statements are watched where they are sent: a plugin of Kysely sees no
 * statement that was compiled before.
 * @param onSent is called with each statement, the ends of transactions included.
 */
export function watchStatements(db: Database, onSent: (query: CompiledQuery) => void): Database {
  const releases = new WeakMap<DatabaseConnection, () => void>();

  function acquireConnection(): Promise<DatabaseConnection> {
    return new Promise((resolve, reject) => {
      db.getExecutor()
        .provideConnection(async (connection) => {
          const released = Promise.withResolvers<void>();
          const watched = watch(connection);
          releases.set(watched, released.resolve);
          resolve(watched);
          await released.promise;
        })
        .catch(reject);
    });
  }

  function watch(connection: DatabaseConnection): DatabaseConnection {
    return {
      executeQuery(query, options) {
        onSent(query);
        return connection.executeQuery(query, options);
      },
      streamQuery: connection.streamQuery.bind(connection),
    };
  }

  const run = (text: string) => async (connection: DatabaseConnection) => {
    await connection.executeQuery(CompiledQuery.raw(text));
  };
  const driver: Driver = {
    init: async () => {},
    acquireConnection,
    releaseConnection: async (connection) => releases.get(connection)?.(),
    beginTransaction: (connection, { accessMode }) =>
      run(accessMode ? `start transaction ${accessMode}` : "begin")(connection),
    commitTransaction: run("commit"),
    rollbackTransaction: run("rollback"),
    destroy: async () => {},
  };
  return new Kysely<Tables>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => driver,
      createIntrospector: (opened) => new PostgresIntrospector(opened),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  });
}
