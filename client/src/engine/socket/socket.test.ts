import { afterEach, expect, test } from "bun:test";
import { type ConnectionState, createSocket, type Renewal, type Socket } from "./socket.ts";

const ID = "0190a000-0000-7000-8000-00000000a001";
const WELCOME = {
  type: "welcome",
  session: ID,
  user: ID,
  heartbeat: 30,
  serverTime: "2026-06-12T18:02:00.000Z",
};

/** The browser's end of a connection, played by hand. */
class Wire {
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

  deliver(frame: unknown): void {
    this.onmessage?.({ data: typeof frame === "string" ? frame : JSON.stringify(frame) });
  }

  break(code: number): void {
    this.onclose?.({ code });
  }
}

let socket: Socket;
afterEach(() => socket.close());

function connected(renewal: Renewal = "renewed") {
  const wires: Wire[] = [];
  const states: ConnectionState[] = [];
  const frames: string[] = [];
  const signedOut = Promise.withResolvers<void>();
  let renewals = 0;
  socket = createSocket(
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
  return { wires, last, states, frames, signedOut: signedOut.promise, renewals: () => renewals };
}

test("it is open from the welcome on, and sends nothing before", () => {
  const { last, states } = connected();
  expect(socket.send({ type: "ping", id: 1 })).toBe(false);
  last().deliver(WELCOME);
  expect(states).toEqual(["open"]);
  expect(socket.send({ type: "ping", id: 1 })).toBe(true);
  expect(last().sent).toEqual([{ type: "ping", id: 1 }]);
});

test("a second welcome on the same connection is handed on", () => {
  const { last, states, frames } = connected();
  last().deliver(WELCOME);
  last().deliver(WELCOME);
  expect(states).toEqual(["open"]);
  expect(frames).toEqual(["welcome", "welcome"]);
});

test("what is no JSON, or no object, is passed over", () => {
  const { last, frames } = connected();
  last().deliver("no JSON");
  last().deliver("[1]".slice(1, 2));
  last().deliver("null");
  expect(frames).toEqual([]);
});

test("a lost connection is tried again, and at once when somebody looks", () => {
  const { wires, last, states } = connected();
  last().deliver(WELCOME);
  last().break(1006);
  expect(states).toEqual(["open", "lost"]);
  expect(wires).toHaveLength(1);
  socket.checkAlive();
  expect(wires).toHaveLength(2);
});

test("what an old connection still says is not heard", () => {
  const { wires, last, frames } = connected();
  last().deliver(WELCOME);
  socket.markLost();
  socket.connect();
  wires[0]?.deliver({ type: "left", chat: ID });
  wires[0]?.break(1008);
  expect(frames).toEqual(["welcome"]);
  last().deliver(WELCOME);
  expect(frames).toEqual(["welcome", "welcome"]);
});

test("a session that ended is confirmed over HTTP before anyone has to sign in", async () => {
  const { last, signedOut, renewals } = connected("signed_out");
  last().deliver(WELCOME);
  last().break(4401);
  await signedOut;
  expect(renewals()).toBe(1);
});

test("an upgrade that keeps failing makes it ask whether the session still stands", async () => {
  const { last, signedOut } = connected("signed_out");
  last().break(1006);
  socket.connect();
  last().break(1006);
  await signedOut;
});

test("abuse stops it until somebody asks for a connection", () => {
  const { wires, last, states } = connected();
  last().deliver(WELCOME);
  last().break(1008);
  expect(states).toEqual(["open", "stopped"]);
  socket.connect();
  expect(wires).toHaveLength(2);
});

test("once closed it stays closed", () => {
  const { wires, last } = connected();
  socket.close();
  expect(last().isClosed).toBe(true);
  socket.connect();
  expect(wires).toHaveLength(1);
});
