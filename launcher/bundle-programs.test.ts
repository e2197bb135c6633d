import { describe, expect, test } from "bun:test";
import { dirname, join } from "node:path";

const ROOT = dirname(import.meta.dir);

/** Packages that a program loads on demand, or never. */
const ON_DEMAND = {
  "server/main.ts": ["minio", "@opentelemetry/api", "zod", "@valibot/to-json-schema"],
  "gateway/main.ts": ["minio", "@opentelemetry/api", "kysely", "pg"],
  "launcher/supervisor.ts": ["pino", "prom-client", "hono", "kysely", "pg", "valibot"],
};

describe("the bundle of a program", () => {
  test.each(Object.entries(ON_DEMAND))(
    "What %s loads at every start has none of the packages that few use",
    async (entry, onDemand) => {
      const packages = await packagesAtStart(entry);
      expect(onDemand.filter((name) => packages.has(name))).toEqual([]);
    },
  );
});

/** The names of the packages in the file that starts, and in all files that it imports statically. */
async function packagesAtStart(entry: string): Promise<Set<string>> {
  const build = await Bun.build({
    entrypoints: [join(ROOT, entry)],
    root: ROOT,
    target: "bun",
    splitting: true,
    external: ["@parley/db/embedded/*"],
    metafile: true,
  });
  const outputs = build.metafile?.outputs ?? {};
  const names = new Set<string>();
  const seen = new Set<string>();
  // A file that is imported on demand is an entry point too.
  const queue = Object.keys(outputs).filter((path) => outputs[path]?.entryPoint === entry);
  for (const path of queue) {
    if (seen.has(path)) continue;
    seen.add(path);
    const { inputs = {}, imports = [] } = outputs[path] ?? {};
    for (const input of Object.keys(inputs)) names.add(packageOf(input));
    queue.push(...imports.filter(({ kind }) => kind !== "dynamic-import").map((one) => one.path));
  }
  return names;
}

/** The package that holds a file; an empty string for a file of Parley. */
function packageOf(path: string): string {
  return /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? "";
}
