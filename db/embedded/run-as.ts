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

const ROOT: Account = { uid: 0, gid: 0 };

/** Accounts that PostgreSQL may run as, the best first. */
const ACCOUNT_NAMES = ["postgres", "nobody"];

const NO_WAY =
  "PostgreSQL does not run as root, and this machine allows neither a user namespace nor another user for it: run Parley as another user than root, or set DATABASE_URL to a PostgreSQL database";

/**
 * Chooses how to run PostgreSQL, which refuses to run as root.
 *
 * As root, PostgreSQL runs in a user namespace in which root has another ID: so it may use what belongs
 * to root, as a folder in root's home. Where namespaces are forbidden, as in most containers, or where
 * the way to the folder leads through another user's, PostgreSQL runs as another account, to which the
 * folder of the database is then given. A folder that belongs to such an account already is always used
 * by that account.
 * @param folder the folder of the database, which exists.
 * @param works tries a way: whether it starts PostgreSQL with access to the folder.
 * @throws DatabaseFault when no way works.
 */
export async function chooseRunAs(
  folder: string,
  works: (way: RunAs) => Promise<boolean>,
): Promise<RunAs> {
  if (process.getuid?.() !== 0) return { command: [] };
  const owner = ownerOf(folder);
  if (owner.uid !== ROOT.uid) {
    const asOwner = { command: [], account: owner };
    if (await works(asOwner)) return asOwner;
    throw new DatabaseFault(NO_WAY);
  }
  const inNamespace = namespace();
  if (inNamespace && (await works(inNamespace))) return inNamespace;
  for (const account of otherAccounts(folder)) {
    await giveTo(folder, account);
    const asAccount = { command: [], account };
    if (await works(asAccount)) return asAccount;
  }
  await giveTo(folder, ROOT);
  throw new DatabaseFault(NO_WAY);
}

function namespace(): RunAs | undefined {
  const unshare = Bun.which("unshare");
  if (unshare === null) return undefined;
  const ids = [`--map-user=${ID_IN_NAMESPACE}`, `--map-group=${ID_IN_NAMESPACE}`];
  return { command: [unshare, "--user", ...ids] };
}

/** The owner of a folder above, who can reach the folder, and then accounts that mean nothing else. */
function otherAccounts(folder: string): Account[] {
  const above = ownerAbove(folder);
  const passwd = readFileSync("/etc/passwd", "utf8");
  const named = ACCOUNT_NAMES.flatMap((name) => {
    const [, , uid, gid] = new RegExp(`^${name}:.*$`, "m").exec(passwd)?.[0].split(":") ?? [];
    return Number(uid) > 0 ? [{ uid: Number(uid), gid: Number(gid) }] : [];
  });
  return above ? [above, ...named] : named;
}

/** The owner of the nearest folder above that does not belong to root. */
function ownerAbove(folder: string): Account | undefined {
  const above = dirname(folder);
  const owner = ownerOf(above);
  if (owner.uid !== ROOT.uid) return owner;
  return above === folder ? undefined : ownerAbove(above);
}

function ownerOf(folder: string): Account {
  const { uid, gid } = statSync(folder);
  return { uid, gid };
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
