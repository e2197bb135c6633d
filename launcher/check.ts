import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { install } from "./prepare.ts";

const root = dirname(import.meta.dir);
await install(root);

const { values, positionals } = parseArgs({
  args: process.argv.slice(2),
  options: { structure: { type: "boolean" }, stations: { type: "string" } },
  allowPositionals: true,
});

// The tools are installed by now.
if (values.structure) {
  const { printStructure } = await import("./structure/print-structure.ts");
  await printStructure(positionals[0] ?? root, values.stations);
} else {
  const { checkAll, print } = await import("./check-all.ts");
  const results = await checkAll(root);
  for (const result of results) print(result);
  process.exit(results.every(({ passed }) => passed) ? 0 : 1);
}
