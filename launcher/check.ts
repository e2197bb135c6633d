import { dirname } from "node:path";
import { install } from "./prepare.ts";

const root = dirname(import.meta.dir);
await install(root);

// Only now is every tool there.
const { checkAll, print } = await import("./check-all.ts");
const results = await checkAll(root);
for (const result of results) print(result);
process.exit(results.every(({ passed }) => passed) ? 0 : 1);
