import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readLockFile } from "@parley/db/embedded/lock-file";
import { createDatabase } from "../test/stack/database.ts";
import { CLUSTER } from "../test/stack/embedded-database.ts";
import { childOf, type Launcher, startLauncher } from "../test/stack/launcher.ts";
import { Person } from "../test/stack/person.ts";
import { objectStore, type StackKind, stackKinds } from "../test/stack/stack.ts";

/** Mebibytes that both idle processes may take together, with the embedded PostgreSQL. */
const GOALS_MIB: Readonly<Record<StackKind, number>> = { embedded: 180, postgres: 130 };
const PEOPLE = 20;
const WARM_UP_MESSAGES = 200;
/** Time for garbage collection before memory is measured. */
const REST_MS = 10_000;

/** High limits, so that people may register and send at once. */
const LIMITS = { RATE_LIMIT_RPS: "100000", RATE_LIMIT_MESSAGES_RPS: "100000" };

/**
 * Measures the memory of the processes of `bun start` while they are idle, and of the embedded
 * PostgreSQL, as a container of all would be charged, and as the sum of what is resident in each.
 */
export async function memory(): Promise<void> {
  for (const kind of stackKinds()) {
    await using database = kind === "postgres" ? await createDatabase() : null;
    const settings = { LOG_LEVEL: "warn", ...LIMITS, ...storage(database?.url) };
    await using parley = await startLauncher({ settings });
    await parley.untilPrinted("Parley is ready");
    await Bun.sleep(REST_MS);
    await report(`${kind}, after the start`, kind, parley);
    await warmUp(parley.url);
    await Bun.sleep(REST_MS);
    await report(`${kind}, after ${WARM_UP_MESSAGES} messages`, kind, parley);
  }
}

async function report(when: string, kind: StackKind, parley: Launcher): Promise<void> {
  const launcher = await footprint(parley.child.pid);
  const server = await footprint(await childOf(parley.child.pid, "dist/server.js"));
  const gateway = await footprint(await childOf(parley.child.pid, "dist/gateway.js"));
  const database = await databaseMemory(parley.dataDir);
  // Bun's code is mapped by all processes, and in memory once.
  const shared = Math.max(server.shared, gateway.shared);
  const describe = ({ own, resident }: Footprint) => `${mebibytes(own)} (${mebibytes(resident)})`;
  console.log(
    `memory, ${when}, own (resident): server ${describe(server)}, gateway ${describe(gateway)}, ` +
      `launcher ${describe(launcher)}; shared ${mebibytes(shared)}, ` +
      `embedded PostgreSQL ${mebibytes(database)}; server and gateway together ` +
      `${mebibytes(server.own + gateway.own + shared + database)} ` +
      `(${mebibytes(server.resident + gateway.resident + database)}), ` +
      `goal at most ${GOALS_MIB[kind]} MiB`,
  );
}

function storage(databaseUrl: string | undefined): Record<string, string> {
  return databaseUrl === undefined ? {} : { ...objectStore(), DATABASE_URL: databaseUrl };
}

/** Registers people who send messages to one chat and read them. */
async function warmUp(url: string): Promise<void> {
  const people: Person[] = [];
  for (let n = 0; n < PEOPLE; n++) people.push(await Person.register(url));
  const [owner, ...others] = people as [Person, ...Person[]];
  const members = others.map(({ id }) => id);
  const { id } = await owner.create({ kind: "group", name: "room", members });
  using socket = await owner.connect();
  for (let n = 0; n < WARM_UP_MESSAGES; n++) await socket.say(id, `words ${n}`);
  for (const person of people) {
    await person.bootstrap();
    await person.json("GET", `/messages?chat=${id}`);
  }
}

/** The bytes of all processes of the embedded PostgreSQL, of shared pages a part for each process; 0 without it. */
async function databaseMemory(dataDir: string): Promise<number> {
  const { pid } = readLockFile(join(dataDir, CLUSTER)) ?? {};
  if (pid === undefined) return 0;
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8");
  const pids = [pid, ...children.trim().split(" ")];
  const sizes = await Promise.all(pids.map(async (one) => (await readRollup(one))("Pss")));
  return sizes.reduce((sum, size) => sum + size, 0);
}

interface Footprint {
  /** Bytes that only this process maps. */
  readonly own: number;
  readonly shared: number;
  /** Both together, as `ps` and `top` show it. */
  readonly resident: number;
}

/** Reads the memory of a process (proc(5), smaps_rollup). */
async function footprint(pid: number): Promise<Footprint> {
  const bytes = await readRollup(pid);
  const shared = bytes("Shared_Clean") + bytes("Shared_Dirty");
  return { own: bytes("Rss") - shared, shared, resident: bytes("Rss") };
}

/** Returns a function from the name of a line of smaps_rollup to its bytes. */
async function readRollup(pid: number | string): Promise<(name: string) => number> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, "utf8");
  return (name) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(rollup)?.[1]) * 1024;
}

const mebibytes = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MiB`;
