import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { readCalls } from "./call-graph.ts";
import STATIONS from "./send-path.json";
import { filesOnSendPath } from "./send-path.ts";
import { parseSourceFile } from "./source-file.ts";
import { readSourceTree } from "./source-tree.ts";
import { measureStructure } from "./structure.ts";

const FILES: Record<string, string> = {
  "in.ts": `
    import { createQueue, type Job } from "./queue.ts";
    import { Frame } from "contracts/frames.ts";
    import { unused } from "./unused.ts";
    export function createIn() {
      const queue = createQueue<Job>();
      return { receive(text: string) { queue.push(Frame.parse(text)); }, close() { unused(); } };
    }
  `,
  "queue.ts": `
    import { limit } from "./limit.ts";
    import { other } from "./other.ts";
    export function createQueue() { return limit; }
    export function close() { other(); }
  `,
  "limit.ts": "export const limit = 1;",
  "out.ts": `
    import { limit } from "./limit.ts";
    import { Socket } from "./socket.ts";
    export class Out {
      #send() { return new Socket(limit); }
      send() { this.#send(); }
    }
  `,
  "socket.ts": "export class Socket {}",
};

const resolve = (_: string, specifier: string) => specifier.replace("./", "");
const readFile = (path: string) => {
  const text = FILES[path];
  return text === undefined ? undefined : readCalls(parseSourceFile(path, text), resolve);
};

describe("filesOnSendPath", () => {
  test("A station reaches the files whose functions it calls, and no file that an earlier station reached", () => {
    const stations = [
      { name: "in", file: "in.ts", entries: ["receive"] },
      { name: "out", file: "out.ts", entries: ["send"] },
    ];
    const path = filesOnSendPath(stations, readFile);
    expect(path.map(({ reached }) => reached)).toEqual([
      ["in.ts", "queue.ts", "limit.ts"],
      ["out.ts", "socket.ts"],
    ]);
  });

  test("An entry that its file does not declare is named as missing", () => {
    const [station] = filesOnSendPath(
      [{ name: "in", file: "in.ts", entries: ["receive", "gone"] }],
      readFile,
    );
    expect(station?.missing).toEqual(["gone"]);
  });
});

test("Every station of a message exists", () => {
  const root = join(import.meta.dir, "../..");
  const { sendPath } = measureStructure(readSourceTree(root), STATIONS, undefined);
  expect(sendPath.flatMap(({ file, missing }) => missing.map((name) => [file, name]))).toEqual([]);
});
