import { connect } from "node:net";

/** The bytes received over one connection. */
export interface Exchange {
  /** The status of each response, in order. */
  readonly statuses: readonly number[];
  readonly text: string;
  /** Whether the other side ended the connection. */
  readonly ended: boolean;
}

/** Milliseconds to wait for the first byte, and then for each next one. */
const [FIRST_MS, NEXT_MS] = [5_000, 400];

/** Writes bytes unchanged to a port of this machine, and reads until the other side ends the connection or a timeout. */
export function exchange(port: number, bytes: string): Promise<Exchange> {
  const { promise, resolve } = Promise.withResolvers<Exchange>();
  const socket = connect(port, "127.0.0.1");
  let text = "";
  const finish = (ended: boolean) => {
    clearTimeout(quiet);
    socket.destroy();
    const statuses = [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
    resolve({ statuses, text, ended });
  };
  let quiet = setTimeout(() => finish(false), FIRST_MS);
  socket.on("data", (data) => {
    text += data.toString("latin1");
    clearTimeout(quiet);
    quiet = setTimeout(() => finish(false), NEXT_MS);
  });
  socket.on("error", () => finish(true));
  socket.on("close", () => finish(true));
  socket.write(Buffer.from(bytes, "latin1"));
  return promise;
}

/** Sends the lines of a request's head, and reads the response until `pause` is called. */
export function openRawResponse(port: number, lines: readonly string[]) {
  const socket = connect(port, "127.0.0.1");
  const begun = Promise.withResolvers<void>();
  socket.on("data", () => begun.resolve());
  socket.on("error", begun.reject);
  socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  return {
    begun: begun.promise,
    pause: () => socket.pause(),
    [Symbol.dispose]: () => socket.destroy(),
  };
}

/** Sends the lines of a request's head. @returns the status, or null when the connection ended without a response. */
export function ask(port: number, lines: readonly string[]): Promise<number | null> {
  const { promise, resolve } = Promise.withResolvers<number | null>();
  const socket = connect(port, "127.0.0.1");
  let text = "";
  socket.on("data", (data) => {
    text += data.toString("latin1");
  });
  socket.on("error", () => resolve(null));
  socket.on("close", () => resolve(Number(/^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1]) || null));
  const head = [...lines, "Connection: close", "Content-Length: 0", "", ""].join("\r\n");
  socket.write(Buffer.from(head, "latin1"));
  return promise;
}
