const WARM_UP_MS = 1_500;
const MEASURED_MS = 6_000;

/** A sender in the wire format of the measured server. */
export interface Sender {
  readonly socket: WebSocket;
  /** Encodes the next message, which contains `now` for `Load.sentTimes`. */
  next(now: number): string;
  /** Counts the sender's messages that a frame acknowledges. */
  acknowledged(frame: string): number;
}

export interface Load {
  readonly senders: readonly Sender[];
  readonly readers: readonly WebSocket[];
  /** Unacknowledged messages at any time, over all senders. */
  readonly inFlight: number;
  /** Whether a frame carries messages; other frames are not counted, because they differ by reader. */
  carriesMessages(frame: string): boolean;
  /** The send time of each message in a frame. */
  sentTimes(frame: string): number[];
}

export interface Figures {
  /** Acknowledged messages per second. */
  readonly messages: number;
  /** Messages per second that reached readers, added up over all readers. */
  readonly deliveries: number;
  /** Milliseconds from the sending of a message to its arrival at the first reader. */
  readonly p50: number;
  readonly p99: number;
}

/**
 * Keeps a constant number of messages in flight, and counts deliveries to the readers.
 *
 * All readers get the same frames, therefore only the first reader parses them; all readers count bytes.
 * @throws Error when the readers did not receive the same number of bytes.
 */
export async function measure(load: Load): Promise<Figures> {
  const { senders, readers, inFlight, carriesMessages, sentTimes } = load;
  const bytes = new Array<number>(readers.length).fill(0);
  const delays: number[] = [];
  let [delivered, acknowledged, running] = [0, 0, true];
  readers.forEach((reader, index) => {
    reader.onmessage = ({ data }) => {
      if (!carriesMessages(data)) return;
      bytes[index] = (bytes[index] ?? 0) + data.length;
      if (index > 0) return;
      const now = performance.now();
      for (const sent of sentTimes(data)) {
        delivered++;
        delays.push(now - sent);
      }
    };
  });
  for (const sender of senders) {
    sender.socket.onmessage = ({ data }) => {
      const count = sender.acknowledged(data);
      acknowledged += count;
      for (let n = 0; running && n < count; n++) sender.socket.send(sender.next(performance.now()));
    };
    for (let n = 0; n < inFlight / senders.length; n++)
      sender.socket.send(sender.next(performance.now()));
  }
  await Bun.sleep(WARM_UP_MS);
  const [start, sentBefore, deliveredBefore] = [performance.now(), acknowledged, delivered];
  delays.length = 0;
  await Bun.sleep(MEASURED_MS);
  const seconds = (performance.now() - start) / 1_000;
  const messages = (acknowledged - sentBefore) / seconds;
  const deliveries = ((delivered - deliveredBefore) * readers.length) / seconds;
  const measured = delays.toSorted((a, b) => a - b);
  running = false;
  await untilConstant(() => bytes.reduce((sum, count) => sum + count, 0));
  if (new Set(bytes).size !== 1)
    throw new Error("the readers did not receive the same number of bytes");
  return { messages, deliveries, p50: quantile(measured, 0.5), p99: quantile(measured, 0.99) };
}

/**
 * Returns the value below which a fraction `q` of all values lies.
 * @param sorted in ascending order.
 */
export function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
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

async function untilConstant(total: () => number): Promise<void> {
  for (let before = -1; before !== total(); await Bun.sleep(500)) before = total();
}
