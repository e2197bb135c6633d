import { isMissing } from "../parts/missing.ts";
import { type Postgres, startPostgres } from "../parts/postgres.ts";

/** A cluster that may be killed: nobody else uses it. */
export async function startOwnPostgres(folder?: string): Promise<Postgres> {
  const postgres = await startPostgres(folder);
  if (isMissing(postgres)) throw new Error(postgres.missing);
  return postgres;
}
