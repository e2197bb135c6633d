import { chmodSync, readFileSync, statSync } from "node:fs";
import { chown, lchown, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { DatabaseFault } from "../database-fault.ts";

/** A user and group of the system. */
interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** How a program of PostgreSQL is started: a command before its own, and the account that runs it. */
export interface RunAs {
  readonly command: readonly string[];
  /** The account of this process when absent. */
  readonly account?: Account;
}

/** The ID that root has in a user namespace. Any ID but 0 serves: it exists within the namespace alone. */
const ID_IN_NAMESPACE = 1000;

/** Accounts that PostgreSQL may run as, the best first. */
const ACCOUNT_NAMES = ["postgres", "nobody"];

const NO_WAY =
  "PostgreSQL does not run as root, and this machine allows neither a user namespace nor another user for it: run Parley as another user than root, or set DATABASE_URL to a PostgreSQL database";

/**
 * Chooses how to run PostgreSQL, which refuses to run as root.
 *
 * As root, PostgreSQL runs in a user namespace in which root has another ID: so it may use what belongs
 * to root, as a folder in root's home. Where namespaces are forbidden, as in most containers,
 * PostgreSQL runs as another account, to which the folder of the database is then given. A folder that
 * belongs to such an account already is always used by that account.
 * @param folder the folder of the database, which exists.
 * @param works tries a way: whether it starts PostgreSQL with access to the folder.
 * @throws DatabaseFault when no way works.
 */
export async function chooseRunAs(
  folder: string,
  works: (way: RunAs) => Promise<boolean>,
): Promise<RunAs> {
  if (process.getuid?.() !== 0) return { command: [] };
  const owner = statSync(folder);
  if (owner.uid === 0) {
    const inNamespace = namespace();
    if (inNamespace && (await works(inNamespace))) return inNamespace;
  }
  const account = owner.uid === 0 ? findAccount() : { uid: owner.uid, gid: owner.gid };
  if (account) {
    if (owner.uid === 0) await giveTo(folder, account);
    const asAccount = { command: [], account };
    if (await works(asAccount)) return asAccount;
    // Otherwise a later start would find no way but this one.
    if (owner.uid === 0) await giveTo(folder, { uid: 0, gid: 0 });
  }
  throw new DatabaseFault(NO_WAY);
}

function namespace(): RunAs | undefined {
  const unshare = Bun.which("unshare");
  if (unshare === null) return undefined;
  const ids = [`--map-user=${ID_IN_NAMESPACE}`, `--map-group=${ID_IN_NAMESPACE}`];
  return { command: [unshare, "--user", ...ids] };
}

function findAccount(): Account | undefined {
  const passwd = readFileSync("/etc/passwd", "utf8");
  for (const name of ACCOUNT_NAMES) {
    const line = new RegExp(`^${name}:.*$`, "m").exec(passwd)?.[0].split(":") ?? [];
    const [uid, gid] = [Number(line[2]), Number(line[3])];
    if (uid > 0 && gid > 0) return { uid, gid };
  }
  return undefined;
}

/** Gives a folder with its contents to an account, and lets the account pass through the folder above. */
async function giveTo(folder: string, { uid, gid }: Account): Promise<void> {
  const contents = await readdir(folder, { recursive: true });
  for (const path of [folder, ...contents.map((name) => join(folder, name))])
    await lchown(path, uid, gid);
  const above = dirname(folder);
  const { mode, uid: owner } = statSync(above);
  await chown(above, owner, gid);
  chmodSync(above, mode | 0o010);
}
