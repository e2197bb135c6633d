/** Below the ephemeral ports (from 32768 on Linux, from 49152 on macOS). */
const PORTS = { first: 10_000, ranges: 440, perRange: 50 };

/**
 * Finds a port on which no program listens. Each test process has a range of its own by its ID, because
 * the program that is started listens on the port only seconds later, and until then another process
 * would find the port free. An ephemeral port may be given to another connection in this time.
 */
export function freePort(): number {
  const first = PORTS.first + (process.pid % PORTS.ranges) * PORTS.perRange;
  for (;;) {
    const port = first + (nextInRange++ % PORTS.perRange);
    if (canListen(port)) return port;
  }
}

let nextInRange = Math.floor(Math.random() * PORTS.perRange);

function canListen(port: number): boolean {
  try {
    using _listener = Bun.listen({ hostname: "127.0.0.1", port, socket: { data() {} } });
    return true;
  } catch {
    return false;
  }
}
