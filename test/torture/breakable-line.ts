import { connect, createServer, type Socket } from "node:net";
import { LINK_PATH } from "@parley/contracts/link";

/** `up` is from the gateway to the server. */
export type Direction = "up" | "down";

/** A TCP proxy to a server whose link connections can be cut. */
export interface BreakableLine extends AsyncDisposable {
  readonly url: string;
  /** Cuts the link within a chunk, after a random number of bytes; resolves when the link is cut. */
  cut(direction: Direction): Promise<void>;
}

const MAX_BYTES_BEFORE_CUT = 20_000;

interface Cut {
  readonly direction: Direction;
  /** Bytes that are still forwarded. */
  left: number;
  readonly done: PromiseWithResolvers<void>;
}

/** Opens a proxy to a port of this machine; connections other than the link are never cut. */
export async function openBreakableLine(port: number): Promise<BreakableLine> {
  const sockets = new Set<Socket>();
  let cut: Cut | undefined;

  const server = createServer((gateway) => {
    const end = connect(port, "127.0.0.1");
    let isLink: boolean | undefined;
    gateway.on("data", (bytes: Buffer) => {
      isLink ??= bytes.includes(`GET ${LINK_PATH} `);
      forward(bytes, "up", gateway, end);
    });
    end.on("data", (bytes: Buffer) => forward(bytes, "down", end, gateway));
    join(gateway, end);
    join(end, gateway);

    function forward(bytes: Buffer, direction: Direction, from: Socket, to: Socket): void {
      if (isLink && cut?.direction === direction && fallsWithin(cut, bytes))
        cutWithin(bytes.subarray(0, cut.left), from, to);
      else if (!to.write(bytes)) {
        from.pause();
        to.once("drain", () => from.resume());
      }
    }
  });

  function join(socket: Socket, other: Socket): void {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => {
      sockets.delete(socket);
      other.destroy();
    });
  }

  function cutWithin(part: Buffer, from: Socket, to: Socket): void {
    const { done } = cut as Cut;
    cut = undefined;
    from.pause();
    to.write(part, () => {
      for (const socket of [from, to]) destroy(socket);
      done.resolve();
    });
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    cut(direction) {
      const done = Promise.withResolvers<void>();
      cut = { direction, left: Math.floor(MAX_BYTES_BEFORE_CUT * Math.random()), done };
      return done.promise;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Decides whether the cut falls within these bytes, because at their ends a frame may be complete. */
function fallsWithin(cut: Cut, bytes: Buffer): boolean {
  if (cut.left === 0) cut.left = Math.ceil(bytes.length / 2);
  if (cut.left < bytes.length) return true;
  cut.left -= bytes.length;
  return false;
}

/** Ends a connection at random by FIN, as an exit of the process does, or by RST. */
function destroy(socket: Socket): void {
  if (Math.random() < 0.5) socket.destroy();
  else socket.resetAndDestroy();
}
