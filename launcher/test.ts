import { dirname } from "node:path";
import { install } from "./prepare.ts";

const root = dirname(import.meta.dir);
await install(root);

// Every package is installed by now.
const { waitForStopSignal } = await import("@parley/platform/process/stop-signal");
const { startParts } = await import("./test-parts.ts");
const { testAll } = await import("./test-all.ts");

const parts = await startParts();
const code = await Promise.race([
  testAll(root, parts, process.argv.slice(2)),
  waitForStopSignal().then(() => 130),
]);
await parts[Symbol.asyncDispose]();
process.exit(code);
