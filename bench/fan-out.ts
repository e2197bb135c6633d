import { join } from "node:path";
import type { Chat } from "@parley/contracts/chats";
import { Person } from "../test/stack/person.ts";
import { type StackKind, stackKinds, startStack } from "../test/stack/stack.ts";
import { measureFanOut, openSockets, type Sender } from "./load.ts";

const READERS = 200;
const SENDERS = 10;
const BODY = "Lanes are drawn. We have lane 4 next to Prague, the calm side.";

/** Deliveries a second to 200 readers of one room: Bun's bare publish, then Parley with everything on. */
export async function fanOut(): Promise<void> {
  const raw = await rawFanOut();
  print("raw server.publish", raw.messages, raw.deliveries);
  for (const kind of stackKinds()) {
    const { messages, deliveries } = await parleyFanOut(kind);
    print(`Parley on ${kind}`, messages, deliveries, deliveries / raw.deliveries);
  }
}

function print(what: string, messages: number, deliveries: number, ratio?: number): void {
  const figure = (value: number) => Math.round(value).toLocaleString("en");
  const beside = ratio === undefined ? "" : `, ratio to raw ${ratio.toFixed(2)}`;
  console.log(
    `fan-out to ${READERS}, ${what}: ${figure(messages)} messages/s, ${figure(deliveries)} deliveries/s${beside}`,
  );
}

async function rawFanOut() {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "raw-publish.ts")], {
    stdout: "pipe",
  });
  const { value } = await child.stdout.getReader().read();
  const url = `ws://127.0.0.1:${new TextDecoder().decode(value).trim()}`;
  const frame = JSON.stringify({ type: "events", body: BODY });
  const sockets = await openSockets(READERS + SENDERS, () => new WebSocket(url));
  const senders = sockets.slice(READERS).map(
    (socket): Sender => ({
      socket,
      next: () => frame,
      acknowledged: (data) => (data === "ack" ? 1 : 0),
    }),
  );
  const result = await measureFanOut(senders, sockets.slice(0, READERS), () => 1);
  for (const socket of sockets) socket.close();
  child.kill();
  await child.exited;
  return result;
}

async function parleyFanOut(kind: StackKind) {
  await using stack = await startStack(kind, {
    LOG_LEVEL: "warn",
    RATE_LIMIT_MESSAGES_RPS: "1000000",
    RATE_LIMIT_RPS: "1000000",
  });
  const people: Person[] = [];
  for (let n = 0; n < SENDERS; n++) people.push(await Person.register(stack.url));
  const [owner, ...others] = people as [Person, ...Person[]];
  const chat = await owner.create({
    kind: "channel",
    name: "bench",
    visibility: "public",
    members: others.map(({ id }) => id),
  });
  const url = `${stack.url.replace("http", "ws")}/ws`;
  const socketOf = ({ token }: Person) =>
    new WebSocket(url, { headers: { authorization: `Bearer ${token}` } });
  const readers = await openSockets(READERS, (n) => socketOf(people[n % SENDERS] as Person));
  const sockets = await openSockets(SENDERS, (n) => socketOf(people[n] as Person));
  await Bun.sleep(1_000);
  const senders = sockets.map((socket) => sender(socket, chat));
  const result = await measureFanOut(senders, readers, (data) => occurrences(data, '"clientId"'));
  for (const socket of [...sockets, ...readers]) socket.close();
  return result;
}

function sender(socket: WebSocket, { id: chat }: Chat): Sender {
  return {
    socket,
    next: () => JSON.stringify({ type: "send", chat, clientId: crypto.randomUUID(), body: BODY }),
    acknowledged(data) {
      if (data.startsWith('{"type":"reject"')) throw new Error(data);
      return data.startsWith('{"type":"ack"') ? 1 : 0;
    },
  };
}

function occurrences(text: string, part: string): number {
  let count = 0;
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length)) count++;
  return count;
}
