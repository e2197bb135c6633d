import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Kysely, PGliteDialect } from "kysely";
import type { Database } from "../open.ts";
import { EmbeddedPostgres } from "../pglite/embedded-postgres.ts";
import type { Tables } from "../schema.ts";

/**
 * Opens an empty embedded database: a copy of the folder that `TEST_EMBEDDED_TEMPLATE` names, because
 * a new database takes seconds of processor time, or else a new one in memory.
 */
export async function openTestEmbedded(): Promise<{ db: Database } & AsyncDisposable> {
  const template = process.env["TEST_EMBEDDED_TEMPLATE"];
  const folder = template ? await copyOf(template) : undefined;
  const pglite = new EmbeddedPostgres(folder);
  await pglite.waitReady;
  const db = new Kysely<Tables>({ dialect: new PGliteDialect({ pglite }) });
  return {
    db,
    async [Symbol.asyncDispose]() {
      await db.destroy();
      await pglite.close();
      if (folder) await rm(folder, { recursive: true });
    },
  };
}

async function copyOf(template: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "parley-embedded-"));
  await cp(template, folder, { recursive: true });
  return folder;
}
