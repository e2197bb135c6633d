import { fanOut } from "./fan-out.ts";
import { gateway } from "./gateway.ts";
import { history } from "./history.ts";
import { idleSockets } from "./idle-sockets.ts";
import { latency } from "./latency.ts";
import { memory } from "./memory.ts";
import { metrics } from "./metrics.ts";
import { middleware } from "./middleware.ts";
import { presence } from "./presence.ts";
import { throughput } from "./throughput.ts";

/** Every measured claim, by the name that `bun run bench <name>` takes; without a name all run. */
const BENCHES: Readonly<Record<string, () => Promise<void>>> = {
  "fan-out": fanOut,
  throughput,
  latency,
  history,
  memory,
  idle: idleSockets,
  presence,
  gateway,
  middleware,
  metrics,
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in BENCHES));
if (unknown.length > 0) {
  console.error(`no bench ${unknown.join(", ")}; there are: ${Object.keys(BENCHES).join(", ")}`);
  process.exit(2);
}
for (const [name, run] of Object.entries(BENCHES))
  if (asked.length === 0 || asked.includes(name)) await run();
