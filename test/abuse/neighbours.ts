import { Person } from "../stack/person.ts";
import type { Room, Talk } from "./neighbours-thread.ts";

const NEIGHBOURS = 4;

export interface Neighbours extends Disposable {
  /** The members of the chat, the first of them its owner. */
  readonly people: readonly Person[];
  readonly chat: string;
  /** What they did so far. */
  report(): Promise<Talk>;
}

/**
 * Lets four people talk in a group until they are disposed of. They run in a thread of their own, so
 * that an attack of this thread delays none of their measurements.
 */
export async function startNeighbours(url: string): Promise<Neighbours> {
  const people: Person[] = [];
  for (let n = 0; n < NEIGHBOURS; n++) people.push(await Person.register(url, "neighbour"));
  const [owner, ...others] = people as [Person, ...Person[]];
  const members = others.map(({ id }) => id);
  const { id: chat } = await owner.create({ kind: "group", name: "neighbours", members });
  const thread = new Worker(new URL("./neighbours-thread.ts", import.meta.url));
  thread.postMessage({ url, chat, tokens: people.map(({ token }) => token) } satisfies Room);
  return {
    people,
    chat,
    async report() {
      const { promise, resolve, reject } = Promise.withResolvers<Talk>();
      thread.onmessage = ({ data }) => resolve(data);
      thread.onerror = ({ message }) => reject(new Error(message));
      thread.postMessage("report");
      return promise;
    },
    [Symbol.dispose]: () => thread.terminate(),
  };
}
