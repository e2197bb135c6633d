import { dirname } from "node:path";
import { prepare } from "./prepare.ts";

const root = dirname(import.meta.dir);
await prepare(root);

// Every package is installed by now.
const { readPlan } = await import("./plan.ts");
const { run } = await import("./run.ts");
process.exit(await run(root, readPlan(), { watch: true }));
