import { Person } from "../test/stack/person.ts";
import { stackKinds, startStack } from "../test/stack/stack.ts";
import { openSockets, quantile } from "./load.ts";
import { createInserter, openPlainTable } from "./plain-table.ts";
import { BODY, UNLIMITED } from "./room.ts";

/** Messages a second. */
const RATE = 100;
const WARM_UP = 3 * RATE;
const MEASURED = 20 * RATE;

interface Delays {
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

/** The time from sending to delivery while little is said, beside one commit of the same database. */
export async function latency(): Promise<void> {
  if (!stackKinds().includes("postgres")) {
    console.log("latency: skipped, for it needs PostgreSQL (TEST_DATABASE_URL) and MinIO");
    return;
  }
  const commit = await commits();
  print(`one insert with its commit, ${RATE} a second`, commit);
  const delivered = await deliveries();
  print(`from sending to delivery, ${RATE} messages a second`, delivered);
  const ratio = (of: keyof Delays) => (delivered[of] / commit[of]).toFixed(2);
  console.log(`ratio to one commit: p50 ${ratio("p50")}, p99 ${ratio("p99")}`);
}

function print(what: string, { p50, p99 }: Delays): void {
  console.log(`${what}: p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`);
}

async function commits(): Promise<Delays> {
  await using table = await openPlainTable();
  const insert = createInserter(table.db);
  return await atRate((done) => void insert(1).then(done));
}

/** Ten people in a chat: one after the other says something, and the first hears it all. */
async function deliveries(): Promise<Delays> {
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

/** Does something so many times a second, whether or not the last is done, and times each. */
async function atRate(begin: (done: () => void) => void): Promise<Delays> {
  const delays: number[] = [];
  const start = performance.now();
  for (let n = 0; n < WARM_UP + MEASURED; n++) {
    await Bun.sleep(Math.max(0, start + (n * 1_000) / RATE - performance.now()));
    const begun = performance.now();
    begin(() => n >= WARM_UP && delays.push(performance.now() - begun));
  }
  while (delays.length < MEASURED) await Bun.sleep(10);
  const sorted = delays.toSorted((a, b) => a - b);
  return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99) };
}
