import { afterEach, beforeEach, describe, expect, jest, test } from "bun:test";
import { type ConnectionState, createSocket, type Renewal, type Socket } from "./socket.ts";

const ID = "0190a000-0000-7000-8000-00000000a001";
const WELCOME = {
  type: "welcome",
  session: ID,
  user: ID,
  heartbeat: 30,
  serverTime: "2026-06-12T18:02:00.000Z",
};

/** A WebSocket that the test controls. */
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

test("a socket is open from the welcome on, and sends nothing before it", () => {
  const { last, states } = connected();
  expect(socket.send({ type: "ping", id: 1 })).toBe(false);
  last().deliver(WELCOME);
  expect(states).toEqual(["open"]);
  expect(socket.send({ type: "ping", id: 1 })).toBe(true);
  expect(last().sent).toEqual([{ type: "ping", id: 1 }]);
});

test("a second welcome on the same connection is passed on", () => {
  const { last, states, frames } = connected();
  last().deliver(WELCOME);
  last().deliver(WELCOME);
  expect(states).toEqual(["open"]);
  expect(frames).toEqual(["welcome", "welcome"]);
});

test("data that is not a JSON object is ignored", () => {
  const { last, frames } = connected();
  last().deliver("no JSON");
  last().deliver("[1]".slice(1, 2));
  last().deliver("null");
  expect(frames).toEqual([]);
});

test("a lost connection is retried, and at once when it is checked", () => {
  const { wires, last, states } = connected();
  last().deliver(WELCOME);
  last().break(1006);
  expect(states).toEqual(["open", "lost"]);
  expect(wires).toHaveLength(1);
  socket.checkAlive();
  expect(wires).toHaveLength(2);
});

test("a frame of a previous connection is ignored", () => {
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

test("the end of a sign-in is confirmed over HTTP before the user is signed out", async () => {
  const { last, signedOut, renewals } = connected("signed_out");
  last().deliver(WELCOME);
  last().break(4401);
  await signedOut;
  expect(renewals()).toBe(1);
});

test("an upgrade that fails repeatedly makes the socket check the sign-in over HTTP", async () => {
  const { last, signedOut } = connected("signed_out");
  last().break(1006);
  socket.connect();
  last().break(1006);
  await signedOut;
});

test("a close for abuse stops the socket until connect is called", () => {
  const { wires, last, states } = connected();
  last().deliver(WELCOME);
  last().break(1008);
  expect(states).toEqual(["open", "stopped"]);
  socket.connect();
  expect(wires).toHaveLength(2);
});

test("a closed socket stays closed", () => {
  const { wires, last } = connected();
  socket.close();
  expect(last().isClosed).toBe(true);
  socket.connect();
  expect(wires).toHaveLength(1);
});

describe("with a fake clock", () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  test("a connection without a welcome within ten seconds is given up and retried", () => {
    const { wires, states } = connected();
    jest.advanceTimersByTime(9_999);
    expect(states).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(states).toEqual(["lost"]);
    expect(wires[0]?.isClosed).toBe(true);
    jest.advanceTimersByTime(500);
    expect(wires).toHaveLength(2);
  });

  test("an open connection has no time limit for its handshake", () => {
    const { wires, last, states } = connected();
    jest.advanceTimersByTime(9_999);
    last().deliver(WELCOME);
    jest.advanceTimersByTime(60_000);
    expect(states).toEqual(["open"]);
    expect(wires).toHaveLength(1);
  });

  test("handshakes that time out back off, and check the sign-in on the way", async () => {
    const { wires, renewals } = connected();
    jest.advanceTimersByTime(10_000 + 500);
    jest.advanceTimersByTime(10_000);
    await confirmed();
    expect(renewals()).toBe(1);
    jest.advanceTimersByTime(999);
    expect(wires).toHaveLength(2);
    jest.advanceTimersByTime(1);
    expect(wires).toHaveLength(3);
  });

  test("a hidden page retries at once after a loss, and then waits thirty seconds longer", async () => {
    const { wires, last } = connected();
    last().deliver(WELCOME);
    socket.setVisible(false);
    last().break(1006);
    jest.advanceTimersByTime(500);
    expect(wires).toHaveLength(2);
    last().break(1006);
    await confirmed();
    jest.advanceTimersByTime(30_999);
    expect(wires).toHaveLength(2);
    jest.advanceTimersByTime(1);
    expect(wires).toHaveLength(3);
  });

  test("a hidden page that is shown again connects at once", async () => {
    const { wires, last } = connected();
    socket.setVisible(false);
    last().break(1006);
    jest.advanceTimersByTime(500);
    last().break(1006);
    await confirmed();
    socket.setVisible(true);
    expect(wires).toHaveLength(3);
    socket.setVisible(true);
    expect(wires).toHaveLength(3);
  });
});

/** The sign-in was confirmed over HTTP. */
async function confirmed(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await Promise.resolve();
}
