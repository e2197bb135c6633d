/** How often the process looks at its own use. */
const CHECK_INTERVAL_MS = 2_000;
/** Looks after the start in which the first quiet moment still belongs to the start. */
const STARTING_LOOKS = 5;
/** An idle process uses 0.005 of a core, and one that stores ten messages a second about 0.02. */
const QUIET_CPU_SHARE = 0.01;
const MIN_GROWTH_BYTES = 4 * 1024 * 1024;
const MIN_GROWTH_SHARE = 0.1;

/** What the process used since the last look. */
export interface Look {
  readonly cpuShare: number;
  readonly residentBytes: number;
}

export type ReleaseState =
  | { readonly kind: "starting"; readonly looks: number }
  | { readonly kind: "released" }
  | { readonly kind: "watching"; readonly floorBytes: number };

export interface ReleaseDecision {
  readonly state: ReleaseState;
  /** `code` drops garbage and all compiled code, `garbage` leaves the code. */
  readonly release?: "code" | "garbage";
}

export const STARTING: ReleaseState = { kind: "starting", looks: 0 };

/**
 * Decides what to release at a look. The engine itself collects as little as it can: it keeps the memory
 * of a burst, and the code that only the start ran, for as long as nothing else needs memory.
 *
 * - The first quiet moment drops the code of the start.
 * - Each later one drops garbage if memory grew since the last time. It keeps the code, because without
 *   it the next message takes 11 ms longer.
 * - A process that is in use is never stopped for it.
 */
export function decideRelease(
  state: ReleaseState,
  { cpuShare, residentBytes }: Look,
): ReleaseDecision {
  const isQuiet = cpuShare <= QUIET_CPU_SHARE;
  switch (state.kind) {
    case "starting":
      if (isQuiet) return { state: { kind: "released" }, release: "code" };
      if (state.looks < STARTING_LOOKS) return { state: { ...state, looks: state.looks + 1 } };
      return { state: { kind: "watching", floorBytes: residentBytes } };
    // The allocator returns what was released only now.
    case "released":
      return { state: { kind: "watching", floorBytes: residentBytes } };
    case "watching": {
      const growth = residentBytes - state.floorBytes;
      const isWorthIt = growth >= Math.max(MIN_GROWTH_BYTES, state.floorBytes * MIN_GROWTH_SHARE);
      if (isQuiet && isWorthIt) return { state: { kind: "released" }, release: "garbage" };
      return { state: growth < 0 ? { kind: "watching", floorBytes: residentBytes } : state };
    }
  }
}

/** Returns memory to the system whenever the process is quiet; does not keep the process running. */
export function releaseMemoryWhenQuiet(): void {
  let state = STARTING;
  let last = { at: performance.now(), cpu: process.cpuUsage() };
  const timer = setInterval(() => {
    const decision = decideRelease(state, look());
    ({ state } = decision);
    if (decision.release === "code") Bun.shrink();
    if (decision.release === "garbage") Bun.gc(true);
  }, CHECK_INTERVAL_MS);
  timer.unref();

  function look(): Look {
    const { user, system } = process.cpuUsage(last.cpu);
    const now = performance.now();
    const cpuShare = (user + system) / 1_000 / (now - last.at);
    last = { at: now, cpu: process.cpuUsage() };
    return { cpuShare, residentBytes: process.memoryUsage.rss() };
  }
}
