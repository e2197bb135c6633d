import { readFile } from "node:fs/promises";
import { Person } from "../test/stack/person.ts";
import type { Program } from "../test/stack/program.ts";
import { type Stack, type StackKind, stackKinds, startStack } from "../test/stack/stack.ts";

/** Megabytes that both idle processes may take together. */
const GOALS_MB: Readonly<Record<StackKind, number>> = { embedded: 350, postgres: 150 };
const PEOPLE = 20;
const WARM_UP_MESSAGES = 200;
/** Time for garbage collection before memory is measured. */
const REST_MS = 10_000;

/** Measures the memory of an idle server and gateway together, as a container of both would be charged. */
export async function memory(): Promise<void> {
  for (const kind of stackKinds()) {
    await using stack = await startStack(kind, { LOG_LEVEL: "warn" });
    await warmUp(stack);
    await Bun.sleep(REST_MS);
    const [server, gateway] = [await footprint(stack.server), await footprint(stack.gateway)];
    // Bun's code is mapped by both processes, and in memory once.
    const shared = Math.max(server.shared, gateway.shared);
    console.log(
      `memory, ${kind}, idle: server ${megabytes(server.own)}, gateway ${megabytes(gateway.own)}, ` +
        `shared by both ${megabytes(shared)}, together ${megabytes(server.own + gateway.own + shared)}, ` +
        `goal at most ${GOALS_MB[kind]} MB`,
    );
  }
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

/** Reads the resident bytes that only this process maps, and those that others map too (proc(5), smaps_rollup). */
async function footprint({ pid }: Program): Promise<{ own: number; shared: number }> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, "utf8");
  const bytes = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(rollup)?.[1]) * 1024;
  const shared = bytes("Shared_Clean") + bytes("Shared_Dirty");
  return { own: bytes("Rss") - shared, shared };
}

const megabytes = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MB`;
