import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import SEND_PATH from "./send-path.json";
import { filesOnSendPath } from "./send-path.ts";

const ROOT = join(import.meta.dir, "../..");

test("A station counts what no earlier one reached; schemas, tests and a composition's imports do not count", () => {
  const edges = [
    ["in.ts", "queue.ts"],
    ["queue.ts", "limits.ts"],
    ["in.ts", "contracts/frames.ts"],
    ["in.ts", "testing/fake.ts"],
    ["api.ts", "users.ts"],
    ["out.ts", "limits.ts"],
  ].map(([from = "", to = ""]) => ({ from, to, isType: false }));
  const stations = ["in.ts", "api.ts", "out.ts"].map((file) => ({ name: file, file }));
  const path = filesOnSendPath({ stations, composition: ["api.ts"] }, edges);
  expect(path.map(({ reached }) => reached)).toEqual([
    ["in.ts", "queue.ts", "limits.ts"],
    ["api.ts"],
    ["out.ts"],
  ]);
});

test("Every station of a message exists", () => {
  const missing = SEND_PATH.stations.filter(({ file }) => !existsSync(join(ROOT, file)));
  expect(missing).toEqual([]);
});
