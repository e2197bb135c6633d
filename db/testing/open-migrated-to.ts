import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Migration } from "kysely/migration";
import type { OpenedDatabase } from "../open.ts";
import { openTestDatabase } from "./open-test-database.ts";

const MIGRATIONS = join(import.meta.dir, "../migrations");

/**
 * Opens a new database with all migrations before one.
 * @param number three digits, as in the name of the migration's file.
 */
export async function openMigratedTo(number: string): Promise<OpenedDatabase> {
  const opened = await openTestDatabase("empty");
  const files = (await readdir(MIGRATIONS)).filter((file) => /^\d{3}-[^.]+\.ts$/.test(file));
  for (const file of files.toSorted().filter((name) => name < number)) {
    const earlier: Migration = await import(join(MIGRATIONS, file));
    await earlier.up(opened.db);
  }
  return opened;
}
