import { join } from "node:path";
import { readLockFile } from "@parley/db/embedded/lock-file";
import { freePort } from "@parley/platform/testing/free-port";
import { CLUSTER } from "../stack/embedded-database.ts";
import { type Stack, type StackKind, startStack } from "../stack/stack.ts";
import { type BreakableLine, type Direction, openBreakableLine } from "./breakable-line.ts";
import { startOwnPostgres } from "./own-postgres.ts";

/** A stack with a fault that can be injected and recovers. */
export interface Scene extends AsyncDisposable {
  readonly stack: Stack;
  /** Injects the fault; resolves after the recovery. */
  inject(): Promise<void>;
}

export interface Fault {
  readonly name: string;
  /** The stacks with the component that fails. */
  readonly stacks: readonly StackKind[];
  /** The fault takes long and is played in fewer rounds. */
  readonly isSlow?: true;
  /** Starts a stack into which the fault can be injected. */
  open(kind: StackKind): Promise<Scene>;
}

const EVERY: readonly StackKind[] = ["embedded", "postgres"];
const STOPPED_MS = 20_000;
const MAX_OUTAGE_MS = 1_500;
const CUTS: readonly Direction[] = ["up", "down", "up", "down"];

export const FAULTS: readonly Fault[] = [
  {
    name: "kill -9 of the server",
    stacks: EVERY,
    open: withPlainStack(async (stack) => {
      await stack.server.end("SIGKILL");
      await stack.startServer();
    }),
  },
  {
    name: "kill -9 of the gateway",
    stacks: EVERY,
    open: withPlainStack(async (stack) => {
      await stack.gateway.end("SIGKILL");
      await stack.startGateway();
    }),
  },
  {
    name: "kill -9 of both",
    stacks: EVERY,
    open: withPlainStack(async (stack) => {
      await Promise.all([stack.server.end("SIGKILL"), stack.gateway.end("SIGKILL")]);
      await Promise.all([stack.startServer(), stack.startGateway()]);
    }),
  },
  {
    name: "kill -9 of PostgreSQL",
    stacks: EVERY,
    open: (kind) => (kind === "embedded" ? killEmbedded(kind) : withOwnPostgres(kind)),
  },
  { name: "a link cut in the middle of a frame", stacks: EVERY, open: withBreakableLine },
  {
    // Nothing closes the sockets of a process that hangs.
    name: "SIGSTOP of the server for 20 s",
    stacks: EVERY,
    isSlow: true,
    open: withPlainStack(async (stack) => {
      process.kill(stack.server.pid, "SIGSTOP");
      await Bun.sleep(STOPPED_MS);
      process.kill(stack.server.pid, "SIGCONT");
    }),
  },
];

/** The server starts its PostgreSQL again. */
const killEmbedded = withPlainStack(async ({ dataDir }) => {
  const { pid } = readLockFile(join(dataDir, CLUSTER)) ?? {};
  if (pid === undefined) throw new Error("the embedded database does not run");
  process.kill(pid, "SIGKILL");
});

function withPlainStack(inject: (stack: Stack) => Promise<void>): Fault["open"] {
  return async (kind) => {
    const stack = await startStack(kind);
    return {
      stack,
      inject: () => inject(stack),
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
    async inject() {
      await postgres.kill();
      await Bun.sleep(MAX_OUTAGE_MS * Math.random());
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
    async inject() {
      for (const direction of CUTS) await line.cut(direction);
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
