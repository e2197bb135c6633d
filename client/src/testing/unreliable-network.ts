import type { ReceivedEvent } from "@parley/contracts/events";
import type { ClientFrame, ServerFrame } from "@parley/contracts/frames";
import type { Api, PagePlace } from "../engine/api/api.ts";
import { ApiError } from "../engine/api/request.ts";
import { createSession } from "../engine/session/session.ts";
import type { SocketHandlers } from "../engine/socket/socket.ts";
import { CHAT, ME, TOMAS } from "./fixtures.ts";
import { createDevice } from "./memory-device.ts";
import { createModelServer, type ModelServer } from "./model-server.ts";

/** So little is replayed here, so that a `reset` comes often. */
const REPLAY_AT_MOST = 6;

const AT = "2026-06-12T18:02:00.000Z";

/** A request on its way: read by the server at one moment, answered at a later one. */
interface Journey {
  step: () => void;
  fail: () => void;
  isOver: boolean;
}

export type UnsteadyWorld = Awaited<ReturnType<typeof startUnsteadyWorld>>;

/** A server, and what tells each device that is connected to it. */
interface Air {
  readonly server: ModelServer;
  readonly devices: Set<{
    hear: (events: readonly ReceivedEvent[]) => void;
    tell: (frame: ServerFrame) => void;
  }>;
}

/** @param past what had happened before anybody connects. */
export function createAir(past: (server: ModelServer) => void): Air {
  const server = createModelServer();
  past(server);
  return { server, devices: new Set() };
}

/** One device's session, with everything between it and its server in the hands of a test. */
export async function startUnsteadyWorld({ server, devices }: Air) {
  const device = createDevice();
  const journeys: Journey[] = [];
  /** Live frames come in any order, or never; answers to frames come in order. */
  let live: ServerFrame[] = [];
  let answers: ServerFrame[] = [];
  let asked: ClientFrame[] = [];
  let isOpen = false;
  let handlers: SocketHandlers | undefined;

  function travel<T>(read: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let answer: { value: T } | undefined;
      const journey: Journey = {
        isOver: false,
        step() {
          if (answer) journey.isOver = true;
          if (answer) resolve(answer.value);
          else answer = { value: structuredClone(read()) };
        },
        fail() {
          journey.isOver = true;
          reject(new ApiError("network", "nobody answered"));
        },
      };
      journeys.push(journey);
    });
  }

  const api = {
    bootstrap: () => travel(server.bootstrap),
    messages: (_: string, place: PagePlace) => travel(() => server.page(place)),
    usersById: () => travel(() => []),
  } as unknown as Api;

  const session = createSession({
    api,
    storage: device.storage,
    tab: device.openTab().tab,
    now: () => 0,
    wallClock: () => Date.parse(AT),
    random: () => 0,
    isVisible: () => false,
    onSignedOut: () => {},
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
  const under = () => journeys.filter(({ isOver }) => !isOver);
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

  /** The server reads the next frame of the client. */
  function hear(): void {
    const frame = asked.shift();
    switch (frame?.type) {
      case "resume": {
        const missed = server.replay(frame.chats[CHAT] ?? 0);
        if (missed.length > REPLAY_AT_MOST) answers.push({ type: "reset", chat: CHAT });
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

  /** Lets everything that is on its way arrive. */
  async function calm(): Promise<void> {
    do {
      while (asked.length > 0) hear();
      while (live.length > 0) deliver(0, false);
      while (answers.length > 0) tell(answers.shift());
      for (const journey of under()) journey.step();
      await tick();
    } while (asked.length + live.length + answers.length + under().length > 0);
  }

  const started = session.start();
  for (let round = 0; round < 2; round++) for (const journey of under()) journey.step();
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
    step: (n: number) => pick(under(), n)?.step(),
    fail: (n: number) => pick(under(), n)?.fail(),
    readElsewhere,
    block,
    heads: () => tell({ type: "heads", chats: { [CHAT]: server.head() } }),
    isOpen: () => isOpen,
    disconnect,
    welcome,
    calm,
  };
}

/** Long enough for timers without a delay, and all that hangs on them. */
export function tick(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1));
}
