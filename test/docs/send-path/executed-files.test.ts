import { expect, test } from "bun:test";
import { executedFiles } from "./executed-files.ts";

const report = (counts: Record<string, readonly number[]>) =>
  Object.entries(counts)
    .map(([file, lines]) =>
      [`SF:${file}`, ...lines.map((count, line) => `DA:${line},${count}`), "end_of_record"].join(
        "\n",
      ),
    )
    .join("\n");

test("A file is executed for each unit if one of its lines ran once more for each unit", () => {
  const fewer = report({ "writer.ts": [1, 5], "heartbeat.ts": [1, 7], "start.ts": [1, 1] });
  const more = report({
    "writer.ts": [1, 25],
    "heartbeat.ts": [1, 9],
    "start.ts": [1, 1],
    "late.ts": [0, 20],
  });
  expect(executedFiles(fewer, more, 20)).toEqual(["late.ts", "writer.ts"]);
});
