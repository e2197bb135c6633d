import { readFile } from "node:fs/promises";
import { Person } from "../test/stack/person.ts";
import type { Program } from "../test/stack/program.ts";
import { type Stack, type StackKind, stackKinds, startStack } from "../test/stack/stack.ts";

/** Megabytes that both processes may take together when idle. */
const GOALS: Readonly<Record<StackKind, number>> = { embedded: 350, postgres: 150 };
const PEOPLE = 20;
const WARM_UP = 200;
/** Milliseconds without work, in which garbage is collected. */
const REST = 10_000;

/** What server and gateway take when nobody does anything, counted as a container that holds both counts it. */
export async function memory(): Promise<void> {
  for (const kind of stackKinds()) {
    await using stack = await startStack(kind, { LOG_LEVEL: "warn" });
    await warmUp(stack);
    await Bun.sleep(REST);
    const [server, gateway] = [await footprint(stack.server), await footprint(stack.gateway)];
    // Bun's own code is in memory once, whichever process reads it.
    const shared = Math.max(server.shared, gateway.shared);
    console.log(
      `memory, ${kind}, idle: server ${megabytes(server.own)}, gateway ${megabytes(gateway.own)}, ` +
        `what both share ${megabytes(shared)}, together ${megabytes(server.own + gateway.own + shared)}, ` +
        `goal at most ${GOALS[kind]} MB`,
    );
  }
}

/** People who meet in a room and talk a little. */
async function warmUp(stack: Stack): Promise<void> {
  const people: Person[] = [];
  for (let n = 0; n < PEOPLE; n++) people.push(await Person.register(stack.url));
  const [owner, ...others] = people as [Person, ...Person[]];
  const members = others.map(({ id }) => id);
  const { id } = await owner.create({ kind: "group", name: "room", members });
  using socket = await owner.connect();
  for (let n = 0; n < WARM_UP; n++) await socket.say(id, `words ${n}`);
  for (const person of people) {
    await person.bootstrap();
    await person.json("GET", `/messages?chat=${id}`);
  }
}

/** Bytes of a process that nobody else maps, and those that others map too, as Linux counts them. */
async function footprint({ pid }: Program): Promise<{ own: number; shared: number }> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, "utf8");
  const bytes = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(rollup)?.[1]) * 1024;
  const shared = bytes("Shared_Clean") + bytes("Shared_Dirty");
  return { own: bytes("Rss") - shared, shared };
}

const megabytes = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MB`;
