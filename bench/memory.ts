import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readLockFile } from "@parley/db/embedded/lock-file";
import { CLUSTER } from "../test/stack/embedded-database.ts";
import { startLauncher } from "../test/stack/launcher.ts";
import { Person } from "../test/stack/person.ts";
import { type Program, untilReady } from "../test/stack/program.ts";
import { type Stack, type StackKind, stackKinds, startStack } from "../test/stack/stack.ts";

/** Mebibytes that both idle processes may take together, with the embedded PostgreSQL. */
const GOALS_MIB: Readonly<Record<StackKind, number>> = { embedded: 180, postgres: 130 };
const PEOPLE = 20;
const WARM_UP_MESSAGES = 200;
/** Time for garbage collection before memory is measured. */
const REST_MS = 10_000;

/**
 * Measures the memory of an idle server and gateway together, and of the embedded PostgreSQL, as a
 * container of all would be charged.
 */
export async function memory(): Promise<void> {
  for (const kind of stackKinds()) {
    await using stack = await startStack(kind, { LOG_LEVEL: "warn" });
    await warmUp(stack);
    await Bun.sleep(REST_MS);
    const [server, gateway] = [await footprint(stack.server), await footprint(stack.gateway)];
    // Bun's code is mapped by both processes, and in memory once.
    const shared = Math.max(server.shared, gateway.shared);
    const database = await databaseMemory(stack);
    const together = server.own + gateway.own + shared + database;
    console.log(
      `memory, ${kind}, idle: server ${mebibytes(server.own)}, gateway ${mebibytes(gateway.own)}, ` +
        `shared by both ${mebibytes(shared)}, embedded PostgreSQL ${mebibytes(database)}, ` +
        `together ${mebibytes(together)}, ` +
        `goal at most ${GOALS_MIB[kind]} MiB`,
    );
  }
  await launcherMemory();
}

/** Measures the process that `bun start` adds, whose own memory does not depend on the stack. */
async function launcherMemory(): Promise<void> {
  await using launcher = await startLauncher({ settings: { LOG_LEVEL: "warn" } });
  await untilReady(`${launcher.url}/readyz`);
  await Bun.sleep(REST_MS);
  const { own } = await footprint(launcher.child);
  console.log(`memory, the launcher apart, idle: ${mebibytes(own)}`);
}

/** Registers people who send messages to one chat and read them. */
async function warmUp(stack: Stack): Promise<void> {
  const people: Person[] = [];
  for (let n = 0; n < PEOPLE; n++) people.push(await Person.register(stack.url));
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
async function databaseMemory({ dataDir }: Stack): Promise<number> {
  const { pid } = readLockFile(join(dataDir, CLUSTER)) ?? {};
  if (pid === undefined) return 0;
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8");
  const pids = [pid, ...children.trim().split(" ")];
  const sizes = await Promise.all(pids.map(async (one) => (await readRollup(one))("Pss")));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Reads the resident bytes that only this process maps, and those that others map too (proc(5), smaps_rollup). */
async function footprint({ pid }: Pick<Program, "pid">): Promise<{ own: number; shared: number }> {
  const bytes = await readRollup(pid);
  const shared = bytes("Shared_Clean") + bytes("Shared_Dirty");
  return { own: bytes("Rss") - shared, shared };
}

/** Returns a function from the name of a line of smaps_rollup to its bytes. */
async function readRollup(pid: number | string): Promise<(name: string) => number> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, "utf8");
  return (name) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(rollup)?.[1]) * 1024;
}

const mebibytes = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MiB`;
