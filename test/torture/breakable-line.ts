import { connect, createServer, type Socket } from "node:net";
import { LINK_PATH } from "@parley/contracts/link";

/** Upwards is from the gateway to the server. */
export type Direction = "up" | "down";

/** A TCP line to a server that breaks when it is told to. */
export interface BreakableLine extends AsyncDisposable {
  readonly url: string;
  /** Breaks the link after a random number of bytes, within what was just to be passed on; resolves when it broke. */
  cut(direction: Direction): Promise<void>;
}

/** Bytes of a link that pass before it is cut, at most. */
const LONGEST_WAY = 20_000;

interface Cut {
  readonly direction: Direction;
  /** Bytes that still pass. */
  left: number;
  readonly done: PromiseWithResolvers<void>;
}

/** Opens a line to a port of this machine; whatever is no link passes untouched. */
export async function openBreakableLine(port: number): Promise<BreakableLine> {
  const sockets = new Set<Socket>();
  let cut: Cut | undefined;

  const server = createServer((gateway) => {
    const end = connect(port, "127.0.0.1");
    let isLink: boolean | undefined;
    gateway.on("data", (bytes: Buffer) => {
      isLink ??= bytes.includes(`GET ${LINK_PATH} `);
      pass(bytes, "up", gateway, end);
    });
    end.on("data", (bytes: Buffer) => pass(bytes, "down", end, gateway));
    join(gateway, end);
    join(end, gateway);

    function pass(bytes: Buffer, direction: Direction, from: Socket, to: Socket): void {
      if (isLink && cut?.direction === direction && reaches(cut, bytes))
        breakOff(bytes.subarray(0, cut.left), from, to);
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

  function breakOff(part: Buffer, from: Socket, to: Socket): void {
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
      cut = { direction, left: Math.floor(LONGEST_WAY * Math.random()), done };
      return done.promise;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Whether the cut falls into these bytes, and not before or behind them: there a frame would be whole. */
function reaches(cut: Cut, bytes: Buffer): boolean {
  if (cut.left === 0) cut.left = Math.ceil(bytes.length / 2);
  if (cut.left < bytes.length) return true;
  cut.left -= bytes.length;
  return false;
}

/** In both manners in which a connection ends: by FIN, as of a process that ended, or by RST. */
function destroy(socket: Socket): void {
  if (Math.random() < 0.5) socket.destroy();
  else socket.resetAndDestroy();
}
