import type { Database } from "@parley/db/open";
import type { KyselyPlugin } from "kysely";

/** Wraps a database so that its statements are counted. */
export function countStatements(db: Database): { db: Database; statements(): number } {
  let count = 0;
  const counting: KyselyPlugin = {
    transformQuery({ node }) {
      count++;
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  return { db: db.withPlugin(counting), statements: () => count };
}
