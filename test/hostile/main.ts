import { startOwnParts } from "../parts/own-parts.ts";
import { stackKinds, startStack } from "../stack/stack.ts";
import { hostile, SETTINGS } from "./hostile.ts";
import { describeHostile, isComplete } from "./hostile-summary.ts";

/** `bun run hostile [minutes] [stack]`; without a stack, for each stack that this machine can run. */
const [, , length = "5", only] = process.argv;
const attacked = Number(length) * 60_000;

await using _parts = await startOwnParts();
process.exitCode = 0;
for (const kind of stackKinds().filter((one) => only === undefined || one === only)) {
  await using stack = await startStack(kind, SETTINGS);
  const result = await hostile(stack, {
    warmUp: 5_000,
    quiet: attacked / 2,
    attacked,
    rest: 10_000,
  });
  console.log(`${kind}, ${length} minutes of attack\n${describeHostile(result)}\n`);
  if (!isComplete(result.quiet) || !isComplete(result.attacked)) process.exitCode = 1;
}
