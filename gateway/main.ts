import { join } from "node:path";
import { releaseMemoryWhenQuiet } from "@parley/platform/process/memory-release";
import { createBunEnd } from "./bun/bun-end.ts";
import { runGateway } from "./run-gateway.ts";

await runGateway(
  {
    createEnd: createBunEnd,
    clientFolder: join(import.meta.dir, "../client/dist"),
  },
  releaseMemoryWhenQuiet,
);
