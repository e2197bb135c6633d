import type { Database } from "@parley/db/open";
import { watchStatements } from "./watch-statements.ts";

/** Wraps a database so that its statements are counted, without the ends of transactions. */
export function countStatements(db: Database): { db: Database; statements(): number } {
  let count = 0;
  const watched = watchStatements(db, ({ sql }) => {
    if (!/^(begin|start transaction|commit|rollback)\b/.test(sql)) count++;
  });
  return { db: watched, statements: () => count };
}
