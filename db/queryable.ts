import type { Transaction as KyselyTransaction } from "kysely";
import type { Database } from "./open.ts";
import type { Tables } from "./schema.ts";

export type Transaction = KyselyTransaction<Tables>;

/** The database or a transaction on it: the parameter type of a query that runs on either. */
export type Queryable = Database | Transaction;
