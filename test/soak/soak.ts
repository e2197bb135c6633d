import { Person } from "../stack/person.ts";
import { resident } from "../stack/resident.ts";
import type { Stack } from "../stack/stack.ts";
import { Listener } from "./listener.ts";
import { RequestTally } from "./requests.ts";

const PEOPLE = 10;
/** Mean time between two messages of a person. */
const INTERVAL_MS = 100;

export interface Soak {
  readonly restarts: number;
  /** Time between two restarts of the server. */
  readonly intervalMs: number;
}

/** Bytes in memory before the first restart, and at the end. */
interface Memory {
  readonly first: number;
  readonly last: number;
}

export interface SoakResult {
  readonly requests: RequestTally;
  readonly messages: number;
  readonly unacknowledged: number;
  /** Codes of unexpected closes. */
  readonly drops: readonly number[];
  readonly holes: number;
  /** The fewest `welcome` frames that one socket received. */
  readonly welcomes: number;
  readonly gateway: Memory;
  readonly server: Memory;
}

/** Lets people send messages and requests in turn while the server is restarted repeatedly. */
export async function soak(stack: Stack, { restarts, intervalMs }: Soak): Promise<SoakResult> {
  const { people, chat } = await setUp(stack.url);
  const requests = new RequestTally();
  const listeners = people.map((person) => new Listener(person, chat));
  const ending = Promise.withResolvers<void>();
  let isOver = false;
  void ending.promise.then(() => {
    isOver = true;
  });
  const talk = people.map((person, n) =>
    keepBusy(person, listeners[n] as Listener, { chat, requests, isOver: () => isOver }),
  );
  const memory: { gateway: number; server: number }[] = [];
  for (let n = 0; n <= restarts; n++) {
    await Bun.sleep(intervalMs);
    memory.push(await measure(stack));
    if (n < restarts) await restart(stack);
  }
  ending.resolve();
  await Promise.all(talk);
  const unacknowledged = await settle(listeners);
  for (const listener of listeners) listener.leave();
  return {
    requests,
    messages: sum(listeners.map(({ acknowledged }) => acknowledged)),
    unacknowledged,
    drops: listeners.flatMap(({ drops }) => drops),
    holes: sum(listeners.map(({ holes }) => holes)),
    welcomes: Math.min(...listeners.map(({ welcomes }) => welcomes)),
    gateway: { first: memory[0]?.gateway ?? 0, last: memory.at(-1)?.gateway ?? 0 },
    server: { first: memory[0]?.server ?? 0, last: memory.at(-1)?.server ?? 0 },
  };
}

async function setUp(url: string): Promise<{ people: Person[]; chat: string }> {
  const people: Person[] = [];
  for (let n = 0; n < PEOPLE; n++) people.push(await Person.register(url, "soak"));
  const [owner, ...others] = people as [Person, ...Person[]];
  const members = others.map(({ id }) => id);
  const { id: chat } = await owner.create({ kind: "group", name: "soak", members });
  return { people, chat };
}

interface Work {
  readonly chat: string;
  readonly requests: RequestTally;
  readonly isOver: () => boolean;
}

/** Sends a message over the socket and a request in turn, until the soak is over. */
async function keepBusy(person: Person, listener: Listener, work: Work): Promise<void> {
  const { chat, requests, isOver } = work;
  const sends = [
    () => requests.send(person, "GET", "/bootstrap"),
    () => requests.send(person, "GET", `/messages?chat=${chat}&limit=20`),
    () => requests.send(person, "POST", "/messages", message(chat)),
    () => requests.send(person, "GET", `/chats/${chat}/members`),
    () => requests.send(person, "PATCH", "/profile", { bio: `at ${Date.now()}` }),
    () => requests.send(person, "GET", "/users?query=soak"),
  ];
  for (let n = 0; !isOver(); n++) {
    listener.say(`word ${n}`);
    await sends[n % sends.length]?.();
    await Bun.sleep(INTERVAL_MS * 2 * Math.random());
  }
}

/** Creates a message whose `clientId` makes retries idempotent. */
function message(chat: string) {
  return { chat, clientId: crypto.randomUUID(), body: "by request" };
}

async function restart(stack: Stack): Promise<void> {
  await stack.server.end();
  await stack.startServer();
}

async function measure({ gateway, server }: Stack): Promise<{ gateway: number; server: number }> {
  return { gateway: await resident(gateway), server: await resident(server) };
}

/** Waits for the last acknowledgements. @returns the number of missing ones. */
async function settle(listeners: readonly Listener[]): Promise<number> {
  const waiting = () => sum(listeners.map((listener) => listener.waiting));
  for (let n = 0; n < 100 && waiting() > 0; n++) await Bun.sleep(100);
  return waiting();
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
