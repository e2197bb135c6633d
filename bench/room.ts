import { Person } from "../test/stack/person.ts";
import { type StackKind, startStack } from "../test/stack/stack.ts";
import { type Figures, measure, openSockets, type Sender } from "./load.ts";

/** What people say in a benchmark, behind the time at which they said it. */
export const BODY = "Lanes are drawn. We have lane 4 next to Prague, the calm side.";

const SENDERS = 10;
/** Settings under which no limit of rates is met. */
export const UNLIMITED = {
  LOG_LEVEL: "warn",
  RATE_LIMIT_MESSAGES_RPS: "1000000",
  RATE_LIMIT_RPS: "1000000",
};

export interface Room {
  readonly kind: StackKind;
  readonly readers: number;
  readonly inFlight: number;
  /** How many chats the ten senders are spread over; the readers hear the first. */
  readonly chats?: number;
}

/** Measures ten people who write, and readers who hear them, through gateway and server. */
export async function measureRoom({ kind, readers, inFlight, chats = 1 }: Room): Promise<Figures> {
  await using stack = await startStack(kind, UNLIMITED);
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
  const listening = await openSockets(readers, open);
  const writing = await openSockets(SENDERS, open);
  await Bun.sleep(1_000);
  const figures = await measure({
    senders: writing.map((socket, n) => sender(socket, ids[n % chats] ?? "")),
    readers: listening,
    inFlight,
    carriesMessages: (frame) => frame.startsWith('{"type":"events"'),
    sentTimes,
  });
  for (const socket of [...writing, ...listening]) socket.close();
  return figures;
}

function sender(socket: WebSocket, chat: string): Sender {
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

const MARK = '"body":"';

function sentTimes(frame: string): number[] {
  const times: number[] = [];
  for (let at = frame.indexOf(MARK); at >= 0; at = frame.indexOf(MARK, at + MARK.length))
    times.push(Number.parseFloat(frame.slice(at + MARK.length, at + MARK.length + 16)));
  return times;
}
