/** How many messages are on their way at once, over all senders. */
const IN_FLIGHT = 1_024;
const WARM_UP_MS = 1_500;
const MEASURED_MS = 6_000;

/** A sender that speaks the wire of whatever is measured. */
export interface Sender {
  readonly socket: WebSocket;
  /** The next message, as it goes over the wire. */
  next(): string;
  /** How many of the sender's own messages a frame acknowledges. */
  acknowledged(frame: string): number;
}

export interface FanOut {
  /** Messages a second that were acknowledged. */
  readonly messages: number;
  /** Messages a second that reached readers, added up over all readers. */
  readonly deliveries: number;
}

/**
 * Keeps {@link IN_FLIGHT} messages on their way, and counts what reaches the readers.
 *
 * Frames are equal for all readers: so one of them counts messages, all count bytes, and at the
 * end all must have had the same number of bytes, else the figure is not given.
 * @param messagesIn how many messages a frame carries.
 */
export async function measureFanOut(
  senders: readonly Sender[],
  readers: readonly WebSocket[],
  messagesIn: (frame: string) => number,
): Promise<FanOut> {
  const bytes = new Array<number>(readers.length).fill(0);
  let [delivered, acknowledged, running] = [0, 0, true];
  readers.forEach((reader, index) => {
    reader.onmessage = ({ data }) => {
      bytes[index] = (bytes[index] ?? 0) + data.length;
      if (index === 0) delivered += messagesIn(data);
    };
  });
  for (const sender of senders) {
    sender.socket.onmessage = ({ data }) => {
      const count = sender.acknowledged(data);
      acknowledged += count;
      for (let n = 0; running && n < count; n++) sender.socket.send(sender.next());
    };
    for (let n = 0; n < IN_FLIGHT / senders.length; n++) sender.socket.send(sender.next());
  }
  await Bun.sleep(WARM_UP_MS);
  const [start, sentBefore, heardBefore] = [performance.now(), acknowledged, delivered];
  await Bun.sleep(MEASURED_MS);
  const seconds = (performance.now() - start) / 1_000;
  const messages = (acknowledged - sentBefore) / seconds;
  const deliveries = ((delivered - heardBefore) * readers.length) / seconds;
  running = false;
  await untilStill(() => bytes.reduce((sum, count) => sum + count, 0));
  if (new Set(bytes).size !== 1) throw new Error("the readers did not all hear the same");
  return { messages, deliveries };
}

/** Opens sockets, and waits until each is open. */
export async function openSockets(
  count: number,
  open: (index: number) => WebSocket,
): Promise<WebSocket[]> {
  const sockets = Array.from({ length: count }, (_, index) => open(index));
  await Promise.all(
    sockets.map(
      (socket) =>
        new Promise((resolve, reject) => {
          socket.onopen = resolve;
          socket.onerror = reject;
        }),
    ),
  );
  return sockets;
}

async function untilStill(total: () => number): Promise<void> {
  for (let before = -1; before !== total(); await Bun.sleep(500)) before = total();
}
