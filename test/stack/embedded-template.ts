import { cp } from "node:fs/promises";
import { join } from "node:path";

/**
 * Puts a copy of the empty database that `TEST_EMBEDDED_TEMPLATE` names into a data folder, because a
 * server takes seconds of processor time to make one; without the variable, the server makes it.
 */
export async function copyEmbeddedTemplate(dataDir: string): Promise<void> {
  const template = process.env["TEST_EMBEDDED_TEMPLATE"];
  if (template) await cp(template, join(dataDir, "database/pglite"), { recursive: true });
}
