import { LIMITS } from "@parley/contracts/limits";
import { type StackMemory, watchMemory } from "../stack/memory-watch.ts";
import { Person } from "../stack/person.ts";
import type { Stack } from "../stack/stack.ts";
import type { Orders, Report } from "./attackers.ts";
import { Room, type Talk } from "./room.ts";

const NEIGHBOURS = 20;

/** In milliseconds. */
export interface Length {
  /** Messages before the measurement. */
  readonly warmUp: number;
  /** Messages without an attack. */
  readonly quiet: number;
  /** Messages under attack. */
  readonly attacked: number;
  /** Pause after the attack, before the last measurement of memory. */
  readonly rest: number;
}

export interface HostileResult extends Report, StackMemory {
  readonly quiet: Talk;
  readonly attacked: Talk;
}

/** Floods exceed this limit of messages per second by far. */
export const SETTINGS = { RATE_LIMIT_MESSAGES_RPS: "10", LOG_LEVEL: "error" };

/** Lets neighbours send messages, first alone and then under attack by a member of their chat. */
export async function hostile(stack: Stack, length: Length): Promise<HostileResult> {
  const { people, chat, orders } = await setUp(stack, length.attacked);
  const room = new Room(people, chat);
  await room.talk(length.warmUp);
  const quiet = await room.talk(length.quiet);
  using memory = await watchMemory(stack);
  const report = attack(orders);
  const attacked = await room.talk(length.attacked);
  const attackReport = await report;
  await Bun.sleep(length.rest);
  const { gateway, server } = await memory.read();
  room.leave();
  return { ...attackReport, quiet, attacked, gateway, server };
}

async function setUp({ url }: Stack, attackFor: number) {
  const people: Person[] = [];
  for (let n = 0; n < NEIGHBOURS; n++) people.push(await Person.register(url, "neighbour"));
  const [owner, ...others] = people as [Person, ...Person[]];
  const mallory = await Person.register(url, "mallory");
  const members = [...others, mallory].map(({ id }) => id);
  const { id: chat } = await owner.create({ kind: "group", name: "neighbours", members });
  const { id: own } = await mallory.create({ kind: "group", name: "attack" });
  for (let n = 1; n < LIMITS.chats.madePerDay; n++) await mallory.create({ kind: "group" });
  const endpoint = { url, token: mallory.token };
  return { people, chat, orders: { endpoint, chat: own, lengthMs: attackFor } satisfies Orders };
}

/** Runs the attackers in a thread of their own, so that they do not delay the neighbours' sockets. */
async function attack(orders: Orders): Promise<Report> {
  const worker = new Worker(new URL("./attackers.ts", import.meta.url));
  const { promise, resolve, reject } = Promise.withResolvers<Report>();
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = ({ message }) => reject(new Error(message));
  worker.postMessage(orders);
  return promise.finally(() => worker.terminate());
}
