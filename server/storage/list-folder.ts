import { open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { ignoreMissing } from "./ignore-missing.ts";
import { readFooter } from "./object-footer.ts";
import { assertPrefix, type ListedObject } from "./object-store.ts";

/** Lists the objects of a folder in the order of their keys, one subfolder at a time. */
export async function* listFolder(folder: string, prefix: string): AsyncGenerator<ListedObject> {
  assertPrefix(prefix);
  yield* listBelow(folder, prefix.slice(0, prefix.lastIndexOf("/") + 1), prefix);
}

async function* listBelow(
  folder: string,
  parent: string,
  prefix: string,
): AsyncGenerator<ListedObject> {
  for (const name of await namesIn(join(folder, parent))) {
    const key = parent + name;
    if (!key.startsWith(prefix)) continue;
    if (name.endsWith("/")) yield* listBelow(folder, key, prefix);
    else {
      const object = await readListed(folder, key);
      if (object) yield object;
    }
  }
}

/** A subfolder's name ends with `/`, so that sorted names are in the order of keys. */
async function namesIn(path: string): Promise<string[]> {
  const entries = (await ignoreMissing(readdir(path, { withFileTypes: true }))) ?? [];
  return entries
    .filter(({ name }) => !name.includes("."))
    .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
    .sort();
}

/** @returns null when the object was removed since its folder was read. */
async function readListed(folder: string, key: string): Promise<ListedObject | null> {
  await using file = await ignoreMissing(open(join(folder, key), "r"));
  if (!file) return null;
  const { size } = await readFooter(file);
  return { key, size, modifiedAt: (await file.stat()).mtime };
}
