import { parseArgs } from "node:util";
import { fanOut } from "./fan-out.ts";
import { gateway } from "./gateway.ts";
import { history } from "./history.ts";
import { idleSockets } from "./idle-sockets.ts";
import { latency } from "./latency/latency.ts";
import { memory } from "./memory.ts";
import { metrics } from "./metrics.ts";
import { middleware } from "./middleware.ts";
import { overload } from "./overload/overload.ts";
import { presence } from "./presence.ts";
import { reads } from "./reads/reads.ts";
import { throughput } from "./throughput.ts";

/** Fewer rounds, for a quick look while working: its figures vary more. */
interface Options {
  readonly short: boolean;
}

/** Benchmarks by the name that `bun run bench <name>` takes; without a name, all run. */
const BENCHMARKS: Readonly<Record<string, (options: Options) => Promise<void>>> = {
  "fan-out": fanOut,
  throughput,
  latency,
  overload,
  history,
  memory,
  idle: idleSockets,
  presence,
  gateway,
  reads,
  middleware,
  metrics,
};

const { values, positionals: names } = parseArgs({
  options: { short: { type: "boolean", default: false } },
  allowPositionals: true,
});
const unknown = names.filter((name) => !(name in BENCHMARKS));
if (unknown.length > 0) {
  console.error(
    `unknown benchmark ${unknown.join(", ")}; known are: ${Object.keys(BENCHMARKS).join(", ")}`,
  );
  process.exit(2);
}
for (const [name, run] of Object.entries(BENCHMARKS))
  if (names.length === 0 || names.includes(name)) await run(values);
