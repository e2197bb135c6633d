import { Person } from "../test/stack/person.ts";
import { type Stack, type StackKind, startStack } from "../test/stack/stack.ts";
import { type Figures, type Load, measure, openSockets, type Sender } from "./load.ts";

/** The text of each message, behind the time of its sending. */
export const BODY = "Lanes are drawn. We have lane 4 next to Prague, the calm side.";

export const SENDERS = 10;
/** Settings whose rate limits no benchmark reaches. */
export const UNLIMITED = {
  LOG_LEVEL: "warn",
  RATE_LIMIT_MESSAGES_RPS: "1000000",
  RATE_LIMIT_RPS: "1000000",
  RATE_LIMIT_REGISTRATIONS: "1000000",
};

export interface Room {
  readonly kind: StackKind;
  readonly readers: number;
  readonly inFlight: number;
  /** Chats that the ten senders are spread over. */
  readonly chats?: number;
}

/** Measures ten senders and a number of readers, through gateway and server. */
export async function measureRoom({ kind, inFlight, ...room }: Room): Promise<Figures> {
  await using stack = await startStack(kind, UNLIMITED);
  const load = await openRoom(stack, room);
  const figures = await measure({ ...load, inFlight });
  closeSockets(load);
  return figures;
}

/** Opens the sockets of ten senders and a number of readers, who are members of the same chats. */
export async function openRoom(
  stack: Stack,
  { readers, chats = 1 }: Pick<Room, "readers" | "chats">,
): Promise<Omit<Load, "inFlight">> {
  const people: Person[] = [];
  for (let n = 0; n < SENDERS; n++) people.push(await Person.register(stack.url));
  const [owner, ...others] = people as [Person, ...Person[]];
  const members = others.map(({ id }) => id);
  const ids: string[] = [];
  for (let n = 0; n < chats; n++)
    ids.push((await owner.create({ kind: "channel", name: `bench ${n}`, members })).id);
  const url = `${stack.url.replace("http", "ws")}/ws`;
  const open = (n: number) => {
    const { token } = people[n % SENDERS] as Person;
    return new WebSocket(url, { headers: { authorization: `Bearer ${token}` } });
  };
  const readingSockets = await openSockets(readers, open);
  const writingSockets = await openSockets(SENDERS, open);
  await Bun.sleep(1_000);
  return {
    senders: writingSockets.map((socket, n) => sender(socket, ids[n % chats] ?? "")),
    readers: readingSockets,
    carriesMessages: (frame) => frame.startsWith('{"type":"events"'),
    sentTimes,
  };
}

export function closeSockets({ senders, readers }: Omit<Load, "inFlight">): void {
  for (const { socket } of senders) socket.close();
  for (const socket of readers) socket.close();
}

export function sender(socket: WebSocket, chat: string): Sender {
  return {
    socket,
    next: (now) =>
      JSON.stringify({
        type: "send",
        chat,
        clientId: crypto.randomUUID(),
        body: `${now.toFixed(3)} ${BODY}`,
      }),
    acknowledged(frame) {
      if (frame.startsWith('{"type":"reject"')) throw new Error(frame);
      return frame.startsWith('{"type":"ack"') ? 1 : 0;
    },
  };
}

const BODY_PREFIX = '"body":"';

/** The send times of the messages in a frame. */
export function sentTimes(frame: string): number[] {
  const times: number[] = [];
  for (
    let at = frame.indexOf(BODY_PREFIX);
    at >= 0;
    at = frame.indexOf(BODY_PREFIX, at + BODY_PREFIX.length)
  )
    times.push(
      Number.parseFloat(frame.slice(at + BODY_PREFIX.length, at + BODY_PREFIX.length + 16)),
    );
  return times;
}
