import { type ConnectionState, createSocket, type Renewal } from "../engine/socket/socket.ts";

const ID = "0190a000-0000-7000-8000-00000000a001";
/** The first frame of a connection. */
export const WELCOME = {
  type: "welcome",
  session: ID,
  user: ID,
  heartbeat: 30,
  serverTime: "2026-06-12T18:02:00.000Z",
};

/** A WebSocket that the test controls. */
class Wire {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  readonly sent: unknown[] = [];
  isClosed = false;

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {
    this.isClosed = true;
  }

  /** The handshake succeeded. */
  open(): void {
    this.onopen?.();
  }

  deliver(frame: unknown): void {
    this.open();
    this.onmessage?.({ data: typeof frame === "string" ? frame : JSON.stringify(frame) });
  }

  break(code: number): void {
    this.onclose?.({ code });
  }
}

/** A socket that connects by WebSockets that the test controls. */
export function connectSocket(renewal: Renewal = "renewed") {
  const wires: Wire[] = [];
  const states: ConnectionState[] = [];
  const frames: string[] = [];
  const signedOut = Promise.withResolvers<void>();
  let renewals = 0;
  const socket = createSocket(
    {
      open: () => {
        const wire = new Wire();
        wires.push(wire);
        return wire as unknown as WebSocket;
      },
      renew: async () => {
        renewals++;
        return renewal;
      },
      random: () => 1,
      now: () => 0,
    },
    {
      onFrame: (frame) => frames.push(String(frame["type"])),
      onState: (state) => states.push(state),
      onSignedOut: () => signedOut.resolve(),
    },
  );
  socket.connect();
  const last = () => wires.at(-1) as Wire;
  return {
    socket,
    wires,
    last,
    states,
    frames,
    signedOut: signedOut.promise,
    renewals: () => renewals,
  };
}
