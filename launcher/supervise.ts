import type { Log } from "@parley/platform/process/log";
import { afterEnding } from "./back-off.ts";

/** What one process needs to stop by itself before it is killed, in milliseconds. */
const STOP_WITHIN = 20_000;

export interface Program {
  readonly name: string;
  /** What Bun is started with: options and the script. */
  readonly args: readonly string[];
}

export interface Supervised {
  /** Resolves, with an exit code, once there is no hope for the program. */
  readonly gaveUp: Promise<number>;
  /** Told once the whole is ready: from then on the program is never given up for failing. */
  ready(): void;
  /** Ends the program, and resolves when it has ended. */
  stop(): Promise<void>;
}

type Child = Bun.Subprocess<"ignore", "inherit", "inherit">;

/** Keeps a program running in `root`: starts it, and starts it again with a back-off whenever it ends. */
export function supervise(program: Program, root: string, log: Log): Supervised {
  const stopping = Promise.withResolvers<void>();
  const gaveUp = Promise.withResolvers<number>();
  let asked = false;
  let everReady = false;
  let child = start(program, root);

  async function keepRunning(): Promise<void> {
    for (let failures = 0, pause = 0; ; ) {
      const since = performance.now();
      await child.exited;
      if (asked) return;
      const ending = { code: child.exitCode, ranFor: performance.now() - since };
      const verdict = afterEnding(failures, everReady, ending);
      const how = { program: program.name, code: child.exitCode, signal: child.signalCode };
      if (verdict.kind === "give_up") {
        log.fatal(how, `the ${program.name} ended, and a new start is no use`);
        gaveUp.resolve(verdict.code);
        return;
      }
      ({ failures, pause } = verdict);
      log.error({ ...how, pause }, `the ${program.name} ended, and starts again after a pause`);
      await Promise.race([Bun.sleep(pause), stopping.promise]);
      if (asked) return;
      child = start(program, root);
    }
  }

  const kept = keepRunning();
  return {
    gaveUp: gaveUp.promise,
    ready: () => {
      everReady = true;
    },
    async stop() {
      asked = true;
      stopping.resolve();
      await end(child);
      await kept;
    },
  };
}

/**
 * In a session of its own, so that a terminal's Ctrl+C reaches the launcher alone, which stops the
 * programs in order; and never an orphan, so that they end when the launcher is killed.
 */
function start({ args }: Program, cwd: string): Child {
  return Bun.spawn([process.execPath, "--no-orphans", ...args], {
    cwd,
    stdio: ["ignore", "inherit", "inherit"],
    detached: true,
  });
}

async function end(child: Child): Promise<void> {
  child.kill("SIGTERM");
  const late = setTimeout(() => child.kill("SIGKILL"), STOP_WITHIN);
  await child.exited;
  clearTimeout(late);
}
