import { Person } from "../test/stack/person.ts";
import { stackKinds, startStack } from "../test/stack/stack.ts";
import { openSockets, quantile } from "./load.ts";
import { createInserter, openPlainTable } from "./plain-table.ts";
import { BODY, UNLIMITED } from "./room.ts";

/** Messages per second. */
const RATE = 100;
const WARM_UP_COUNT = 3 * RATE;
const MEASURED_COUNT = 20 * RATE;

/** In milliseconds. */
interface Delays {
  readonly p50: number;
  readonly p99: number;
}

/** Measures the time from sending to delivery at a low rate, and of one commit in the same database. */
export async function latency(): Promise<void> {
  if (!stackKinds().includes("postgres")) {
    console.log("latency: skipped, because it needs PostgreSQL (TEST_DATABASE_URL) and MinIO");
    return;
  }
  const commit = await measureCommits();
  print(`one insert with its commit, ${RATE} a second`, commit);
  const delivered = await measureDeliveries();
  print(`from sending to delivery, ${RATE} messages a second`, delivered);
  const ratio = (key: keyof Delays) => (delivered[key] / commit[key]).toFixed(2);
  console.log(`ratio to one commit: p50 ${ratio("p50")}, p99 ${ratio("p99")}`);
}

function print(subject: string, { p50, p99 }: Delays): void {
  console.log(`${subject}: p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`);
}

async function measureCommits(): Promise<Delays> {
  await using table = await openPlainTable();
  const insert = createInserter(table.db);
  return await atRate((done) => void insert(1).then(done));
}

/** Lets ten people write in turn in one chat, and times each message to the first person's socket. */
async function measureDeliveries(): Promise<Delays> {
  await using stack = await startStack("postgres", UNLIMITED);
  const people: Person[] = [];
  for (let n = 0; n < 10; n++) people.push(await Person.register(stack.url));
  const [owner, ...others] = people as [Person, ...Person[]];
  const members = others.map(({ id }) => id);
  const { id: chat } = await owner.create({ kind: "channel", name: "bench", members });
  const sockets = await openSockets(people.length, (n) => {
    const headers = { authorization: `Bearer ${people[n]?.token}` };
    return new WebSocket(`${stack.url.replace("http", "ws")}/ws`, { headers });
  });
  await Bun.sleep(1_000);
  const awaited = new Map<string, () => void>();
  const [reader] = sockets as [WebSocket];
  reader.onmessage = ({ data }) => {
    if (!data.startsWith('{"type":"events"')) return;
    for (const { message } of JSON.parse(data).events) awaited.get(message?.clientId)?.();
  };
  let turn = 0;
  const delays = await atRate((done) => {
    const clientId = crypto.randomUUID();
    awaited.set(clientId, done);
    const frame = { type: "send", chat, clientId, body: BODY };
    sockets[++turn % sockets.length]?.send(JSON.stringify(frame));
  });
  for (const socket of sockets) socket.close();
  return delays;
}

/** Calls `begin` at `RATE` per second without waiting for earlier calls, and times each until `done`. */
async function atRate(begin: (done: () => void) => void): Promise<Delays> {
  const delays: number[] = [];
  const start = performance.now();
  for (let n = 0; n < WARM_UP_COUNT + MEASURED_COUNT; n++) {
    await Bun.sleep(Math.max(0, start + (n * 1_000) / RATE - performance.now()));
    const startedAt = performance.now();
    begin(() => n >= WARM_UP_COUNT && delays.push(performance.now() - startedAt));
  }
  while (delays.length < MEASURED_COUNT) await Bun.sleep(10);
  const sorted = delays.toSorted((a, b) => a - b);
  return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99) };
}
