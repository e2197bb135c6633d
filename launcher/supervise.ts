import type { LazyLog } from "./lazy-log.ts";
import { decideRestart } from "./restart-policy.ts";

/** A program that has not stopped this long after SIGTERM and its drain is killed. */
const STOP_TIMEOUT_MS = 20_000;

export interface Program {
  readonly name: string;
  /** Arguments of Bun: options and the script. */
  readonly args: readonly string[];
  /** How long the program goes on serving after SIGTERM, in milliseconds. */
  readonly drainMs: number;
}

export interface Supervised {
  /** Resolves with an exit code when another restart would not help. */
  readonly gaveUp: Promise<number>;
  /** Marks the whole as ready: from then on the program is restarted however often it fails. */
  ready(): void;
  /** Ends the program, and resolves when it has ended. */
  stop(): Promise<void>;
}

type Child = Bun.Subprocess<"ignore", "inherit", "inherit">;

/** Starts a program in the folder `root`, and restarts it with a back-off whenever it exits. */
export function supervise(program: Program, root: string, log: LazyLog): Supervised {
  const stopping = Promise.withResolvers<void>();
  const gaveUp = Promise.withResolvers<number>();
  let isStopping = false;
  let everReady = false;
  let child = start(program, root);

  async function keepRunning(): Promise<void> {
    for (let failures = 0, pauseMs = 0; ; ) {
      const startedAt = performance.now();
      await child.exited;
      if (isStopping) return;
      const exit = { code: child.exitCode, ranForMs: performance.now() - startedAt };
      const decision = decideRestart(failures, everReady, exit);
      const fields = { program: program.name, code: child.exitCode, signal: child.signalCode };
      if (decision.kind === "give_up") {
        (await log()).fatal(fields, `the ${program.name} ended and cannot be restarted`);
        gaveUp.resolve(decision.code);
        return;
      }
      ({ failures, pauseMs } = decision);
      (await log()).error(
        { ...fields, pause: pauseMs },
        `the ${program.name} ended, and starts again after a pause`,
      );
      await Promise.race([Bun.sleep(pauseMs), stopping.promise]);
      if (isStopping) return;
      child = start(program, root);
    }
  }

  const finished = keepRunning();
  return {
    gaveUp: gaveUp.promise,
    ready: () => {
      everReady = true;
    },
    async stop() {
      isStopping = true;
      stopping.resolve();
      await end(child, program);
      await finished;
    },
  };
}

/**
 * `detached` starts a process session, so that Ctrl+C in a terminal reaches only the launcher, which
 * stops the programs in order. `--no-orphans` ends the program when the launcher is killed.
 */
function start({ args, drainMs }: Program, cwd: string): Child {
  return Bun.spawn([process.execPath, "--no-orphans", ...args], {
    cwd,
    env: { ...process.env, DRAIN_MS: String(drainMs) },
    stdio: ["ignore", "inherit", "inherit"],
    detached: true,
  });
}

async function end(child: Child, { drainMs }: Program): Promise<void> {
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), drainMs + STOP_TIMEOUT_MS);
  await child.exited;
  clearTimeout(timer);
}
