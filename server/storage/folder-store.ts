import { constants } from "node:fs";
import { access, mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { assertKey, type ObjectStore } from "./object-store.ts";

/** Keeps objects as files of a folder. */
export function createFolderStore(folder: string): ObjectStore {
  function pathOf(key: string): string {
    assertKey(key);
    return join(folder, key);
  }

  return {
    async put(key, bytes) {
      const path = pathOf(key);
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await replaceFile(path, bytes);
    },

    async get(key) {
      try {
        return await readFile(pathOf(key));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
        throw error;
      }
    },

    async remove(key) {
      await rm(pathOf(key), { force: true });
    },

    async check() {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await access(folder, constants.R_OK | constants.W_OK);
    },
  };
}

/** Writes beside and renames, so that a crash leaves the old file or the new one; no key has the dot of the name beside. */
async function replaceFile(path: string, bytes: Uint8Array): Promise<void> {
  const beside = `${path}.${Bun.randomUUIDv7()}`;
  try {
    await writeDurably(beside, bytes);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  await using file = await open(path, "wx", 0o600);
  await file.writeFile(bytes);
  await file.sync();
}

/** A rename survives a power cut only once its folder is on the disk too. */
async function syncFolder(path: string): Promise<void> {
  await using folder = await open(path, "r");
  await folder.sync();
}
