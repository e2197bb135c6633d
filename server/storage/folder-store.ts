import { constants } from "node:fs";
import { access, type FileHandle, mkdir, open, rename, rm, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type ByteSource, openByteSource } from "./byte-source.ts";
import { ignoreMissing } from "./ignore-missing.ts";
import { listFolder } from "./list-folder.ts";
import { encodeFooter, readFooter } from "./object-footer.ts";
import { assertKey, assertRange, type ObjectStore, resolveRange } from "./object-store.ts";
import { streamFile } from "./stream-file.ts";

const CHUNK_BYTES = 1024 * 1024;

/** Stores objects as files of a folder. A file holds the object's bytes and a footer with its type. */
export function createFolderStore(folder: string): ObjectStore {
  function pathOf(key: string): string {
    assertKey(key);
    return join(folder, key);
  }

  return {
    async put(key, source, type) {
      const path = pathOf(key);
      const footer = encodeFooter(type);
      await using bytes = await openByteSource(source);
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await replaceFile(path, bytes, footer);
    },

    async get(key, range) {
      assertRange(range);
      const file = await openFile(pathOf(key));
      if (!file) return null;
      try {
        const info = await readFooter(file);
        const { offset, length } = resolveRange(range, info.size);
        return { ...info, length, body: streamFile(file, offset, length) };
      } catch (error) {
        await file.close();
        throw error;
      }
    },

    async head(key) {
      await using file = await openFile(pathOf(key));
      return file && (await readFooter(file));
    },

    list: (prefix) => listFolder(folder, prefix),

    async remove(keys) {
      for (const path of keys.map(pathOf)) await ignoreMissing(unlink(path));
    },

    async check() {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await access(folder, constants.R_OK | constants.W_OK);
    },
  };
}

/** @returns null when there is no file at the path. */
async function openFile(path: string): Promise<FileHandle | null> {
  const file = await ignoreMissing(open(path, "r"));
  if (!file || (await file.stat()).isFile()) return file;
  await file.close();
  return null;
}

/**
 * Writes a temporary file and renames it, so that a crash leaves the old file or the new one. The
 * temporary file is never listed, because its name has a dot and keys have none.
 */
async function replaceFile(path: string, source: ByteSource, footer: Buffer): Promise<void> {
  const temporary = `${path}.${Bun.randomUUIDv7()}`;
  try {
    await writeDurably(temporary, source, footer);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

async function writeDurably(path: string, source: ByteSource, footer: Buffer): Promise<void> {
  await using file = await open(path, "wx", 0o600);
  for (let offset = 0; offset < source.size; offset += CHUNK_BYTES)
    await file.writeFile(await source.read(offset, Math.min(CHUNK_BYTES, source.size - offset)));
  await file.writeFile(footer);
  await file.sync();
}

/** A rename survives a power failure only after its folder was synchronised too. */
async function syncFolder(path: string): Promise<void> {
  await using folder = await open(path, "r");
  await folder.sync();
}
