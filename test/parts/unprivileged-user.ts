import { chown } from "node:fs/promises";

export interface UnprivilegedUser {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Gives a folder to `postgres`, or to `nobody`, because PostgreSQL and PgBouncer refuse to run as root.
 * @returns undefined when this process does not run as root, and the folder stays its own.
 */
export async function giveToUnprivilegedUser(
  folder: string,
): Promise<UnprivilegedUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const passwd = await Bun.file("/etc/passwd").text();
  const line = /^postgres:.*$/m.exec(passwd) ?? /^nobody:.*$/m.exec(passwd);
  const [, , uid, gid] = line?.[0].split(":").map(Number) ?? [];
  if (!uid || !gid)
    throw new Error("this program must not run as root, and there is no other user");
  await chown(folder, uid, gid);
  return { uid, gid };
}
