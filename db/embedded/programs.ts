import { join } from "node:path";
import { linkLibraries } from "./link-libraries.ts";
import { findNativeFolder, noPackageFault } from "./native-folder.ts";
import { chooseRunAs, type RunAs } from "./run-as.ts";

export type PostgresProcess = Bun.Subprocess<"ignore", "ignore", "pipe">;

/** PostgreSQL's programs on this machine. */
export interface Programs {
  /** The major version, as in the file `PG_VERSION` of a cluster. */
  readonly majorVersion: string;
  /** The account that the programs run as; that of this process when undefined. */
  readonly account: RunAs["account"];
  /** Starts a program, whose output is on stderr. */
  start(program: "initdb" | "postgres", args: readonly string[]): PostgresProcess;
}

type Environment = Record<string, string>;

/** The signal that PostgreSQL gets when this process dies: that of a fast shutdown. */
const SIGNAL_OF_ORPHANS = "INT";

/** Enters a folder and asks a program for its version: `sh` fails where one of both is out of reach. */
const ENTER = ["sh", "-c", 'cd "$0" && exec "$1" --version'];

/**
 * Finds the programs, and how they run here.
 * @param folder the folder of the database, which exists: the programs need access to it.
 * @throws DatabaseFault when the programs do not run on this machine.
 */
export async function findPrograms(folder: string): Promise<Programs> {
  const native = findNativeFolder();
  const env = environment(linkLibraries(native, join(folder, "lib")));
  const postgres = join(native, "bin/postgres");
  const majorVersion = await readMajorVersion(postgres, env);
  const { command, account } = await chooseRunAs(folder, (way) =>
    succeeds(() => spawn([...way.command, ...ENTER, folder, postgres], env, way.account)),
  );
  const before = [...command, ...(await findTie(env))];
  return {
    majorVersion,
    account,
    start: (program, args) =>
      spawn([...before, join(native, "bin", program), ...args], env, account),
  };
}

function environment(libraryFolders: readonly string[]): Environment {
  return {
    PATH: process.env["PATH"] ?? "",
    LC_ALL: "C",
    TZ: "UTC",
    ...(libraryFolders.length > 0 && { LD_LIBRARY_PATH: libraryFolders.join(":") }),
  };
}

/** `detached` starts a process session, so that Ctrl+C in a terminal does not reach PostgreSQL. */
function spawn(command: string[], env: Environment, account?: RunAs["account"]): PostgresProcess {
  const stdio = ["ignore", "ignore", "pipe"] as const;
  return Bun.spawn(command, { cwd: "/", env, ...account, stdio: [...stdio], detached: true });
}

async function succeeds(start: () => PostgresProcess): Promise<boolean> {
  try {
    return (await start().exited) === 0;
  } catch {
    return false;
  }
}

/** @throws DatabaseFault when the program cannot be run, as one for glibc on a system with musl. */
async function readMajorVersion(postgres: string, env: Environment): Promise<string> {
  try {
    const child = Bun.spawn([postgres, "--version"], { env, stdio: ["ignore", "pipe", "ignore"] });
    const text = await new Response(child.stdout).text();
    const [, major] = /(\d+)\./.exec(text) ?? [];
    if (major !== undefined) return major;
  } catch {
    // The system found no program, or no loader for it.
  }
  throw noPackageFault(`${process.platform}-${process.arch}, with another C library`);
}

/** The command that ends a program when this process dies; none where `setpriv` does not know how. */
async function findTie(env: Environment): Promise<string[]> {
  const setpriv = Bun.which("setpriv");
  if (setpriv === null) return [];
  const tie = [setpriv, "--pdeathsig", SIGNAL_OF_ORPHANS];
  return (await succeeds(() => spawn([...tie, "true"], env))) ? tie : [];
}
