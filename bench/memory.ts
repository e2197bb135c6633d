import { Person } from "../test/stack/person.ts";
import { resident } from "../test/stack/resident.ts";
import { type Stack, type StackKind, stackKinds, startStack } from "../test/stack/stack.ts";
import { openSockets } from "./load.ts";

/** Megabytes that both processes may take together when idle. */
const GOALS: Readonly<Record<StackKind, number>> = { embedded: 350, postgres: 150 };
const SOCKETS = 2_000;
/** Opened before, so that buffers and heaps have grown to their working size. */
const FIRST = 500;
const PEOPLE = 20;
const WARM_UP = 200;
/** Milliseconds without work, in which garbage is collected. */
const REST = 10_000;
/** What server and gateway take when nobody does anything, and what each idle connection adds. */
export async function memory(): Promise<void> {
  for (const kind of stackKinds()) await measure(kind);
}

async function measure(kind: StackKind): Promise<void> {
  await using stack = await startStack(kind, { LOG_LEVEL: "warn" });
  const people = await warmUp(stack);
  await Bun.sleep(REST);
  const [server, gateway] = await both(stack);
  const sum = server + gateway;
  console.log(
    `memory, ${kind}, idle: server ${megabytes(server)}, gateway ${megabytes(gateway)}, ` +
      `together ${megabytes(sum)}, goal at most ${GOALS[kind]} MB`,
  );
  const url = `${stack.url.replace("http", "ws")}/ws`;
  const open = async (count: number) => {
    const sockets = await openSockets(count, (n) => {
      const { token } = people[n % PEOPLE] as Person;
      return new WebSocket(url, { headers: { authorization: `Bearer ${token}` } });
    });
    await Bun.sleep(REST);
    return sockets;
  };
  const first = await open(FIRST);
  const before = await both(stack);
  const sockets = await open(SOCKETS);
  const after = await both(stack);
  const [ofServer = 0, ofGateway = 0] = after.map(
    (bytes, n) => (bytes - (before[n] ?? 0)) / SOCKETS / 1024,
  );
  console.log(
    `memory, ${kind}, each of ${SOCKETS.toLocaleString("en")} idle connections: server ${ofServer.toFixed(1)} KB, ` +
      `gateway ${ofGateway.toFixed(1)} KB, together ${(ofServer + ofGateway).toFixed(1)} KB, goal at most 20 KB`,
  );
  for (const socket of [...first, ...sockets]) socket.close();
}

/** People who meet in a room and talk a little. */
async function warmUp(stack: Stack): Promise<Person[]> {
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
  return people;
}

function both({ server, gateway }: Stack): Promise<[number, number]> {
  return Promise.all([resident(server), resident(gateway)]);
}

const megabytes = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MB`;
