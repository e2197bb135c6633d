import { join } from "node:path";
import { stackKinds } from "../test/stack/stack.ts";
import { type Figures, measure, openSockets, type Sender } from "./load.ts";
import { BODY, measureRoom } from "./room.ts";

const SENDERS = 10;
/** `inFlight` is lower for 1,000 readers, because more messages would exceed the bytes that may wait for all readers together. */
const ROOMS = [
  { readers: 200, inFlight: 1_024, goal: 3 },
  { readers: 1_000, inFlight: 128, goal: undefined },
];

/** Measures deliveries per second to the readers of one chat: Bun's `publish` alone, then Parley. */
export async function fanOut(): Promise<void> {
  for (const { readers, inFlight, goal } of ROOMS) {
    const raw = await rawFanOut(readers, inFlight);
    print(`fan-out to ${readers}, raw server.publish`, raw);
    for (const kind of stackKinds()) {
      const figures = await measureRoom({ kind, readers, inFlight });
      const ratio = figures.deliveries / raw.deliveries;
      print(`fan-out to ${readers}, Parley on ${kind}`, figures, { ratio, goal });
    }
  }
}

interface Comparison {
  /** To the deliveries of raw publish. */
  readonly ratio: number;
  /** The lowest acceptable ratio. */
  readonly goal: number | undefined;
}

function print(subject: string, { messages, deliveries }: Figures, comparison?: Comparison): void {
  const figure = (value: number) => Math.round(value).toLocaleString("en");
  const ratio = comparison ? `, ratio to raw ${comparison.ratio.toFixed(2)}` : "";
  const goal = comparison?.goal ? `, goal at least ${comparison.goal.toFixed(1)}` : "";
  console.log(
    `${subject}: ${figure(messages)} messages/s, ${figure(deliveries)} deliveries/s${ratio}${goal}`,
  );
}

async function rawFanOut(readers: number, inFlight: number): Promise<Figures> {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "raw-publish.ts")], {
    stdout: "pipe",
  });
  const { value } = await child.stdout.getReader().read();
  const url = `ws://127.0.0.1:${new TextDecoder().decode(value).trim()}`;
  const sockets = await openSockets(readers + SENDERS, () => new WebSocket(url));
  const figures = await measure({
    senders: sockets.slice(readers).map(rawSender),
    readers: sockets.slice(0, readers),
    inFlight,
    carriesMessages: () => true,
    sentTimes: (frame) => [Number.parseFloat(frame)],
  });
  for (const socket of sockets) socket.close();
  child.kill();
  await child.exited;
  return figures;
}

function rawSender(socket: WebSocket): Sender {
  return {
    socket,
    next: (now) => `${now.toFixed(3)} ${BODY}`,
    acknowledged: (frame) => (frame === "ack" ? 1 : 0),
  };
}
