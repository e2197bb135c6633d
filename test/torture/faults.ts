import { freePort } from "../stack/program.ts";
import { type Stack, type StackKind, startStack } from "../stack/stack.ts";
import { type BreakableLine, type Direction, openBreakableLine } from "./breakable-line.ts";
import { startOwnPostgres } from "./own-postgres.ts";

/** A stack that people talk through, and something bad that can be done to it and is undone again. */
export interface Scene extends AsyncDisposable {
  readonly stack: Stack;
  happen(): Promise<void>;
}

export interface Fault {
  readonly name: string;
  /** The stacks that have what it is done to. */
  readonly stacks: readonly StackKind[];
  /** It takes its time: few rounds of it tell as much as many. */
  readonly isSlow?: true;
  /** Starts a stack that it can be done to. */
  open(kind: StackKind): Promise<Scene>;
}

const EVERY: readonly StackKind[] = ["embedded", "postgres"];
const STOPPED = 20_000;
const LONGEST_OUTAGE = 1_500;
const CUTS: readonly Direction[] = ["up", "down", "up", "down"];

export const FAULTS: readonly Fault[] = [
  {
    name: "kill -9 of the server",
    stacks: EVERY,
    open: ordinary(async (stack) => {
      await stack.server.end("SIGKILL");
      await stack.startServer();
    }),
  },
  {
    name: "kill -9 of the gateway",
    stacks: EVERY,
    open: ordinary(async (stack) => {
      await stack.gateway.end("SIGKILL");
      await stack.startGateway();
    }),
  },
  {
    name: "kill -9 of both",
    stacks: EVERY,
    open: ordinary(async (stack) => {
      await Promise.all([stack.server.end("SIGKILL"), stack.gateway.end("SIGKILL")]);
      await Promise.all([stack.startServer(), stack.startGateway()]);
    }),
  },
  // The embedded one is killed with the server that it is a part of.
  { name: "kill -9 of PostgreSQL", stacks: ["postgres"], open: withOwnPostgres },
  { name: "a link cut in the middle of a frame", stacks: EVERY, open: withBreakableLine },
  {
    // A process that hangs is worse than one that is gone: nothing closes its sockets.
    name: "SIGSTOP of the server for 20 s",
    stacks: EVERY,
    isSlow: true,
    open: ordinary(async (stack) => {
      process.kill(stack.server.pid, "SIGSTOP");
      await Bun.sleep(STOPPED);
      process.kill(stack.server.pid, "SIGCONT");
    }),
  },
];

function ordinary(happen: (stack: Stack) => Promise<void>): Fault["open"] {
  return async (kind) => {
    const stack = await startStack(kind);
    return {
      stack,
      happen: () => happen(stack),
      [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
    };
  };
}

async function withOwnPostgres(kind: StackKind): Promise<Scene> {
  await using parts = new AsyncDisposableStack();
  const postgres = parts.use(await startOwnPostgres());
  const stack = parts.use(await startStack(kind, { DATABASE_URL: postgres.url }));
  const running = parts.move();
  return {
    stack,
    async happen() {
      await postgres.kill();
      await Bun.sleep(LONGEST_OUTAGE * Math.random());
      await postgres.start();
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

async function withBreakableLine(kind: StackKind): Promise<Scene> {
  await using parts = new AsyncDisposableStack();
  const port = freePort();
  const line: BreakableLine = parts.use(await openBreakableLine(port));
  const stack = parts.use(
    await startStack(kind, { SERVER_PORT: String(port), SERVER_URL: line.url }),
  );
  const running = parts.move();
  return {
    stack,
    async happen() {
      for (const direction of CUTS) await line.cut(direction);
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
