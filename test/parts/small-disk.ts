import { chmod, mkdtemp, rm, rmdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Missing } from "./missing.ts";

/** Milliseconds between two looks at what became free. */
const TOP_UP = 100;

/** A file system of a few megabytes, that can be filled to its last byte. */
export interface SmallDisk extends AsyncDisposable {
  readonly folder: string;
  /** Takes all the space that is left, and whatever becomes free, until `free`. */
  fill(): Promise<void>;
  free(): Promise<void>;
}

/** Mounts one in memory, which takes the right to mount. */
export async function openSmallDisk(megabytes: number): Promise<SmallDisk | Missing> {
  const folder = await mkdtemp(join(tmpdir(), "parley-disk-"));
  const options = `size=${megabytes}m,mode=755`;
  if (!(await succeeds(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder]))) {
    await rmdir(folder);
    return { missing: "A small disk can’t be had here: nothing may be mounted" };
  }
  await chmod(folder, 0o755);
  const filler = join(folder, "filler");
  const takeAll = () => succeeds(["sh", "-c", `cat /dev/zero >> ${filler}`]);
  let isFull = false;
  let filling: Promise<void> | undefined;
  const keepFull = async () => {
    for (; isFull; await Bun.sleep(TOP_UP)) await takeAll();
  };
  return {
    folder,
    async fill() {
      isFull = true;
      await takeAll();
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
