import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEmbedded } from "@parley/db/open";

/** Makes an empty embedded database, whose folder tests copy instead of making a database each. */
export async function createEmbeddedTemplate(): Promise<{ path: string } & AsyncDisposable> {
  const dataDir = await mkdtemp(join(tmpdir(), "parley-template-"));
  const opened = await openEmbedded(dataDir);
  await opened[Symbol.asyncDispose]();
  return {
    path: join(dataDir, "database/pglite"),
    [Symbol.asyncDispose]: () => rm(dataDir, { recursive: true }),
  };
}
