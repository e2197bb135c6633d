import { join } from "node:path";
import { linkLibraries } from "./link-libraries.ts";
import { findNativeFolder, noPackageFault } from "./native-folder.ts";
import { chooseRunAs, type RunAs } from "./run-as.ts";

export type PostgresProcess = Bun.Subprocess<"ignore", "ignore", "pipe">;

/** PostgreSQL's programs on this machine. */
export interface Programs {
  /** The major version, as in the file `PG_VERSION` of a cluster. */
  readonly majorVersion: string;
  /** How the programs are run. */
  readonly runAs: RunAs;
  /** Starts a program in `folder`; its output is on stderr. */
  start(program: "initdb" | "postgres", args: readonly string[]): PostgresProcess;
}

/** The signal that PostgreSQL gets when this process dies: the one for a fast shutdown. */
const SIGNAL_OF_ORPHANS = "INT";

/**
 * Finds the programs, and how they run here.
 * @param folder the folder of the database, which exists: the programs need access to it.
 * @throws DatabaseFault when the programs do not run on this machine.
 */
export async function findPrograms(folder: string): Promise<Programs> {
  const native = findNativeFolder();
  const libraryFolders = linkLibraries(native, join(folder, "lib"));
  const env = {
    PATH: process.env["PATH"] ?? "",
    LC_ALL: "C",
    TZ: "UTC",
    ...(libraryFolders.length > 0 && { LD_LIBRARY_PATH: libraryFolders.join(":") }),
  };
  const spawn = (command: readonly string[], account: RunAs["account"]): PostgresProcess =>
    Bun.spawn([...command], {
      cwd: "/",
      env,
      ...account,
      stdio: ["ignore", "ignore", "pipe"],
      // Of a process group of its own, so that Ctrl+C in a terminal does not reach it.
      detached: true,
    });
  const succeeds = async (command: readonly string[], account?: RunAs["account"]) => {
    try {
      return (await spawn(command, account).exited) === 0;
    } catch {
      return false;
    }
  };
  const postgres = join(native, "bin/postgres");
  const version = await majorVersionOf(postgres, env);
  const enter = ["sh", "-c", 'cd "$0" && exec "$@" --version', folder, postgres];
  const runAs = await chooseRunAs(folder, ({ command, account }) =>
    succeeds([...command, ...enter], account),
  );
  const tie = await findTie(succeeds);
  return {
    majorVersion: version,
    runAs,
    start: (program, args) =>
      spawn([...runAs.command, ...tie, join(native, "bin", program), ...args], runAs.account),
  };
}

/** @throws DatabaseFault when the program cannot be run, as one for glibc on a system with musl. */
async function majorVersionOf(postgres: string, env: Record<string, string>): Promise<string> {
  try {
    const child = Bun.spawn([postgres, "--version"], { env, stdio: ["ignore", "pipe", "ignore"] });
    const text = await new Response(child.stdout).text();
    const [, major] = /(\d+)\./.exec(text) ?? [];
    if (major !== undefined) return major;
  } catch {}
  throw noPackageFault(`${process.platform}-${process.arch}, with another C library`);
}

/** The command that ends a program when this process dies; none on systems without `setpriv`. */
async function findTie(succeeds: (command: string[]) => Promise<boolean>): Promise<string[]> {
  const setpriv = Bun.which("setpriv");
  const tie = setpriv === null ? [] : [setpriv, "--pdeathsig", SIGNAL_OF_ORPHANS];
  return tie.length > 0 && (await succeeds([...tie, "true"])) ? tie : [];
}
