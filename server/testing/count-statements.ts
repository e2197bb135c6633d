import type { Database } from "@parley/db/open";
import type { KyselyPlugin } from "kysely";

/** The same database, with a count of the statements that were run through it. */
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
