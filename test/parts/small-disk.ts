import { chmod, mkdtemp, rm, rmdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Missing } from "./missing.ts";

const REFILL_INTERVAL_MS = 100;

/** File system of a few megabytes, which can be filled to its last byte. */
export interface SmallDisk extends AsyncDisposable {
  readonly folder: string;
  /** Takes all free space, and space that becomes free later, until `free` is called. */
  fill(): Promise<void>;
  free(): Promise<void>;
}

/** Mounts a file system in memory, for which the process needs the right to mount. */
export async function openSmallDisk(megabytes: number): Promise<SmallDisk | Missing> {
  const folder = await mkdtemp(join(tmpdir(), "parley-disk-"));
  const options = `size=${megabytes}m,mode=755`;
  if (!(await succeeds(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder]))) {
    await rmdir(folder);
    return { missing: "A small disk is not available: this user may not mount" };
  }
  await chmod(folder, 0o755);
  const filler = join(folder, "filler");
  const takeAllSpace = () => succeeds(["sh", "-c", `cat /dev/zero >> ${filler}`]);
  let isFull = false;
  let filling: Promise<void> | undefined;
  const keepFull = async () => {
    for (; isFull; await Bun.sleep(REFILL_INTERVAL_MS)) await takeAllSpace();
  };
  return {
    folder,
    async fill() {
      isFull = true;
      await takeAllSpace();
      filling = keepFull();
    },
    async free() {
      isFull = false;
      await filling;
      await rm(filler, { force: true });
    },
    async [Symbol.asyncDispose]() {
      await succeeds(["umount", "--lazy", folder]);
      await rmdir(folder);
    },
  };
}

async function succeeds(command: string[]): Promise<boolean> {
  return (await Bun.spawn(command, { stdio: ["ignore", "ignore", "ignore"] }).exited) === 0;
}
