import { dirname, join } from "node:path";
import { bundlePrograms } from "./bundle-programs.ts";
import { prepare } from "./prepare.ts";
import { replaceProcess } from "./replace-process.ts";

const root = dirname(import.meta.dir);
await prepare(root);
if (!(await bundlePrograms(root))) process.exit(1);

// Every package is installed by now.
const { readPlan } = await import("./plan.ts");
const plan = readPlan();
// All that was imported until now would stay in memory.
replaceProcess([join(root, "dist/launcher.js"), root, JSON.stringify(plan)]);
const { run } = await import("./run.ts");
process.exit(await run(root, plan));
