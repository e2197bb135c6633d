import { afterAll, describe, expect, test } from "bun:test";
import { chown, mkdir, mkdtemp, rename, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseFault } from "../database-fault.ts";
import { chooseRunAs, type RunAs } from "./run-as.ts";

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((path) => rm(path, { recursive: true, force: true }))));

/** A folder of root in a data folder that nobody else may enter. */
async function databaseFolder(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), "parley-run-as-"));
  folders.push(dataDir);
  const folder = join(dataDir, "database");
  await mkdir(join(folder, "postgres"), { recursive: true, mode: 0o700 });
  return folder;
}

const isNamespace = ({ command }: RunAs) => command.length > 0;

describe.skipIf(process.getuid?.() !== 0)("PostgreSQL below root", () => {
  test("A user namespace comes first, and leaves the folder to root", async () => {
    const folder = await databaseFolder();
    const way = await chooseRunAs(folder, async () => true);
    expect(way.command.slice(1)).toEqual(["--user", "--map-user=1000", "--map-group=1000"]);
    expect((await stat(folder)).uid).toBe(0);
  });

  test("Where namespaces are forbidden, another account gets the folder and its contents", async () => {
    const folder = await databaseFolder();
    const { account, command } = await chooseRunAs(folder, async (way) => !isNamespace(way));
    expect(command).toEqual([]);
    expect(account?.uid).toBeGreaterThan(0);
    for (const path of [folder, join(folder, "postgres")])
      expect(await stat(path)).toMatchObject({ ...account });
    expect(await stat(join(folder, ".."))).toMatchObject({ uid: 0, gid: account?.gid });
    expect((await stat(join(folder, ".."))).mode & 0o777).toBe(0o710);
  });

  test("The owner of a folder above comes before accounts that have nothing to do with it", async () => {
    const folder = await databaseFolder();
    const home = await mkdtemp(join(tmpdir(), "parley-home-"));
    folders.push(home);
    await chown(home, 12_345, 12_346);
    await rename(join(folder, ".."), join(home, "data"));
    const way = await chooseRunAs(join(home, "data/database"), async (one) => !isNamespace(one));
    expect(way).toEqual({ command: [], account: { uid: 12_345, gid: 12_346 } });
  });

  test("A folder that belongs to another account is used by that account, whatever root may do", async () => {
    const folder = await databaseFolder();
    await Bun.$`chown -R 12345:12346 ${folder}`;
    const way = await chooseRunAs(folder, async () => true);
    expect(way).toEqual({ command: [], account: { uid: 12_345, gid: 12_346 } });
  });

  test("A machine that allows neither is refused with the two things that help", async () => {
    const folder = await databaseFolder();
    const refused = await chooseRunAs(folder, async () => false).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(DatabaseFault);
    expect(String(refused)).toMatch(/another user than root, or set DATABASE_URL/);
    expect((await stat(folder)).uid).toBe(0);
  });
});
