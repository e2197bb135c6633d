import type { EngineLog } from "../embedded/disk-watch.ts";

/** Shows the errors of a database of tests. */
export const TEST_LOG: EngineLog = {
  info() {},
  error: (fields, message) => void process.stderr.write(`${message} ${JSON.stringify(fields)}\n`),
};
