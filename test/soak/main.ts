import { stackKinds, startStack } from "../stack/stack.ts";
import { soak } from "./soak.ts";
import { describeSoak, isClean } from "./soak-summary.ts";

const RESTART_INTERVAL_MS = 30_000;

/** `bun run soak [minutes] [stack]`; without a stack, for each stack that this machine can run. */
const [, , length = "10", only] = process.argv;
const minutes = Number(length);
const restarts = Math.max(1, Math.floor((minutes * 60_000) / RESTART_INTERVAL_MS) - 1);

process.exitCode = 0;
for (const kind of stackKinds().filter((one) => only === undefined || one === only)) {
  await using stack = await startStack(kind, { LOG_LEVEL: "error" });
  const result = await soak(stack, { restarts, intervalMs: RESTART_INTERVAL_MS });
  console.log(`${kind}, ${minutes} minutes, ${restarts} restarts\n${describeSoak(result)}\n`);
  if (!isClean(result)) process.exitCode = 1;
}
