import type { ReceivedEvent } from "@parley/contracts/events";
import type { ClientFrame, ServerFrame } from "@parley/contracts/frames";
import type { Api, PagePlace } from "../engine/api/api.ts";
import { createSession } from "../engine/session/session.ts";
import type { SocketHandlers } from "../engine/socket/socket.ts";
import { CHAT, ME, TOMAS } from "./fixtures.ts";
import { createDevice } from "./memory-device.ts";
import { createModelServer, type ModelServer } from "./model-server.ts";
import { createSlowRequests } from "./slow-requests.ts";

/** A small limit, so that the model often answers with `reset`. */
const MAX_REPLAY = 6;

const AT = "2026-06-12T18:02:00.000Z";

export type UnreliableDevice = Awaited<ReturnType<typeof connectDevice>>;

/** A server, and the devices that are connected to it. */
interface Network {
  readonly server: ModelServer;
  readonly devices: Set<{
    hear: (events: readonly ReceivedEvent[]) => void;
    tell: (frame: ServerFrame) => void;
  }>;
}

/** @param prepare fills the server before a device connects. */
export function createNetwork(prepare: (server: ModelServer) => void): Network {
  const server = createModelServer();
  prepare(server);
  return { server, devices: new Set() };
}

/** Connects a device. The test decides when, in which order and whether frames and responses arrive. */
export async function connectDevice({ server, devices }: Network) {
  const device = createDevice();
  const { request, pending } = createSlowRequests();
  /** Live frames arrive in any order, or never; the answers to frames arrive in order. */
  let live: ServerFrame[] = [];
  let answers: ServerFrame[] = [];
  let asked: ClientFrame[] = [];
  let isOpen = false;
  let handlers: SocketHandlers | undefined;

  const api = {
    bootstrap: () => request(server.bootstrap),
    messages: (_: string, place: PagePlace) => request(() => server.page(place)),
    usersById: () => request(() => []),
  } as unknown as Api;

  const session = createSession({
    api,
    storage: device.storage,
    database: device.database,
    tab: device.openTab().tab,
    now: () => 0,
    wallClock: () => Date.parse(AT),
    random: () => 0,
    isAttended: () => false,
    onSignedOut: () => {},
    findRefusal: async () => null,
    connect: (given) => {
      handlers = given;
      return {
        send: (frame) => isOpen && asked.push(frame) > 0,
        connect() {},
        markLost() {},
        checkAlive() {},
        setVisible() {},
        disconnect() {},
        close() {},
      };
    },
  });

  const tell = (frame: ServerFrame | undefined) => frame && handlers?.onFrame(frame);
  const pick = <T>(all: readonly T[], n: number): T | undefined => all[n % all.length];

  devices.add({
    hear(events) {
      if (isOpen) live.push(structuredClone({ type: "events", chat: CHAT, events: [...events] }));
    },
    tell(frame) {
      if (isOpen) answers.push(structuredClone(frame));
    },
  });

  function publish(events: readonly ReceivedEvent[]): void {
    if (events.length > 0) for (const each of devices) each.hear(events);
  }

  function announce(frame: ServerFrame): void {
    for (const each of devices) each.tell(frame);
  }

  function deliver(n: number, keep: boolean): void {
    const frame = pick(live, n);
    if (frame && !keep) live = live.filter((one) => one !== frame);
    tell(structuredClone(frame));
  }

  function lose(n: number): void {
    live = live.filter((one) => one !== pick(live, n));
  }

  /** The server reads the next frame of the device. */
  function hear(): void {
    const frame = asked.shift();
    switch (frame?.type) {
      case "resume": {
        const missed = server.replay(frame.chats[CHAT] ?? 0);
        if (missed.length > MAX_REPLAY) answers.push({ type: "reset", chat: CHAT });
        else if (missed.length > 0) answers.push({ type: "events", chat: CHAT, events: missed });
        answers.push({ type: "resumed" });
        return;
      }
      case "send": {
        const { body, clientId } = frame;
        publish(server.say(ME, body, clientId));
        const seq = server.seqOf(clientId) ?? 0;
        answers.push({ type: "ack", clientId, chat: CHAT, seq, createdAt: AT });
        return;
      }
      case "read":
        readElsewhere(frame.seq);
    }
  }

  function readElsewhere(upTo: number): void {
    const seq = server.read(upTo);
    if (seq !== null) announce({ type: "read", chat: CHAT, user: ME, seq });
  }

  function block(isBlocked: boolean): void {
    const block = server.block(isBlocked);
    announce(block ? { type: "block", block } : { type: "unblock", user: TOMAS });
  }

  function disconnect(): void {
    isOpen = false;
    [live, answers, asked] = [[], [], []];
    handlers?.onState("lost");
  }

  function welcome(): void {
    isOpen = true;
    handlers?.onState("open");
    tell({ type: "welcome", session: ME, user: ME, heartbeat: 30, serverTime: AT });
  }

  /** Delivers everything that is under way, and what follows from it. */
  async function calm(): Promise<void> {
    do {
      while (asked.length > 0) hear();
      while (live.length > 0) deliver(0, false);
      while (answers.length > 0) tell(answers.shift());
      for (const one of pending()) one.step();
      await tick();
    } while (asked.length + live.length + answers.length + pending().length > 0);
  }

  const started = session.start();
  for (let round = 0; round < 2; round++) for (const one of pending()) one.step();
  await started;
  welcome();

  return {
    session,
    server,
    publish,
    deliver,
    lose,
    hear,
    answer: () => tell(answers.shift()),
    step: (n: number) => pick(pending(), n)?.step(),
    fail: (n: number) => pick(pending(), n)?.fail(),
    readElsewhere,
    block,
    heads: () => tell({ type: "heads", chats: { [CHAT]: server.head() } }),
    isOpen: () => isOpen,
    disconnect,
    welcome,
    calm,
  };
}

/** Lets timers without a delay run, and the promises that wait for them. */
export function tick(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1));
}
