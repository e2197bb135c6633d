import { readFile } from "node:fs/promises";
import pg from "pg";

/** Clock ticks of `/proc/<pid>/stat`; 100 on every Linux that Bun runs on. */
const TICKS_PER_SECOND = 100;
/** Index of `utime` behind the name of the program (proc_pid_stat(5)); `stime` follows. */
const UTIME_INDEX = 11;

/** Reads the user and system time of a process so far. */
export async function cpuSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  // The name of the program is in brackets and may contain spaces: the fields begin behind it.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = Number(fields[UTIME_INDEX]) + Number(fields[UTIME_INDEX + 1]);
  return ticks / TICKS_PER_SECOND;
}

/** The processes of PostgreSQL that serve the connections to one database. */
export interface Backends extends AsyncDisposable {
  /** Sums the user and system time so far, of ended ones up to the last call; NaN if PostgreSQL runs on another machine. */
  cpuSeconds(): Promise<number>;
}

/** @param url a user who may see the sessions of all users. */
export async function openBackends(url: string): Promise<Backends> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const times = new Map<number, number>();
  const pids = async (condition: string): Promise<number[]> => {
    const { rows } = await client.query<{ pid: number }>(
      `select pid from pg_stat_activity where datname = current_database() and ${condition}`,
    );
    return rows.map(({ pid }) => pid);
  };
  const [own = 0] = await pids("pid = pg_backend_pid()");
  const isLocal = await isPostgres(own);
  return {
    async cpuSeconds() {
      if (!isLocal) return Number.NaN;
      // A backend may end before its time is read.
      for (const pid of await pids("pid <> pg_backend_pid()"))
        times.set(pid, await cpuSeconds(pid).catch(() => times.get(pid) ?? 0));
      return [...times.values()].reduce((sum, time) => sum + time, 0);
    },
    [Symbol.asyncDispose]: () => client.end(),
  };
}

async function isPostgres(pid: number): Promise<boolean> {
  const name = await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "");
  return name.startsWith("postgres");
}
