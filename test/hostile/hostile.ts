import { Person } from "../stack/person.ts";
import { resident } from "../stack/resident.ts";
import type { Stack } from "../stack/stack.ts";
import type { Orders, Report } from "./attackers.ts";
import { Room, type Talk } from "./room.ts";

const NEIGHBOURS = 20;

/** In milliseconds. */
export interface Length {
  /** Talk that is not measured. */
  readonly warmUp: number;
  /** Talk while nobody attacks. */
  readonly quiet: number;
  /** Talk under attack. */
  readonly attacked: number;
  /** Silence after it, before memory is looked at for the last time. */
  readonly rest: number;
}

/** Resident bytes of a process before the attack, at most during it, and some time after it. */
export interface Memory {
  readonly before: number;
  readonly most: number;
  readonly after: number;
}

export interface HostileResult extends Report {
  readonly quiet: Talk;
  readonly attacked: Talk;
  readonly gateway: Memory;
  readonly server: Memory;
}

/** Under this setting the floods are what they would be: far above the limit. */
export const SETTINGS = { RATE_LIMIT_MESSAGES_RPS: "10", LOG_LEVEL: "error" };

/** Lets neighbours talk, first alone and then under attack by members of their own chat. */
export async function hostile(stack: Stack, length: Length): Promise<HostileResult> {
  const { people, chat, orders } = await gather(stack, length.attacked);
  const room = new Room(people, chat);
  await room.talk(length.warmUp);
  const quiet = await room.talk(length.quiet);
  const memory = watch(stack);
  await memory.look();
  const report = attack(orders);
  const attacked = await room.talk(length.attacked);
  const told = await report;
  await Bun.sleep(length.rest);
  const { gateway, server } = await memory.stop();
  room.leave();
  return { ...told, quiet, attacked, gateway, server };
}

async function gather({ url }: Stack, attackFor: number) {
  const people: Person[] = [];
  for (let n = 0; n < NEIGHBOURS; n++) people.push(await Person.register(url, "neighbour"));
  const [owner, ...others] = people as [Person, ...Person[]];
  const mallory = await Person.register(url, "mallory");
  const members = [...others, mallory].map(({ id }) => id);
  const { id: chat } = await owner.create({ kind: "group", name: "neighbours", members });
  const { id: own } = await mallory.create({ kind: "group", name: "attack" });
  const door = { url, token: mallory.token };
  return { people, chat, orders: { door, chat: own, length: attackFor } satisfies Orders };
}

/** In a thread of their own, so that what keeps them busy does not keep the neighbours from listening. */
async function attack(orders: Orders): Promise<Report> {
  const worker = new Worker(new URL("./attackers.ts", import.meta.url));
  const { promise, resolve, reject } = Promise.withResolvers<Report>();
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = ({ message }) => reject(new Error(message));
  worker.postMessage(orders);
  return promise.finally(() => worker.terminate());
}

/** Looks at both processes' memory each second. */
function watch(stack: Stack) {
  const seen: { gateway: number; server: number }[] = [];
  const look = async () => {
    const { gateway, server } = stack;
    seen.push({ gateway: await resident(gateway), server: await resident(server) });
  };
  const timer = setInterval(look, 1_000);
  const of = (what: "gateway" | "server"): Memory => {
    const figures = seen.map((one) => one[what]);
    const [before = 0, after = 0] = [figures[0], figures.at(-1)];
    return { before, most: Math.max(...figures), after };
  };
  return {
    look,
    async stop() {
      clearInterval(timer);
      await look();
      return { gateway: of("gateway"), server: of("server") };
    },
  };
}
