import { isMissing } from "../parts/missing.ts";
import { type Postgres, startPostgres } from "../parts/postgres.ts";

/** Starts a cluster for one test alone, which the test may kill. */
export async function startOwnPostgres(folder?: string): Promise<Postgres> {
  const postgres = await startPostgres(folder);
  if (isMissing(postgres)) throw new Error(postgres.missing);
  return postgres;
}
