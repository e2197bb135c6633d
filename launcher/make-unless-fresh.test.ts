import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeUnlessFresh } from "./make-unless-fresh.ts";

const MADE = { stamp: "stamp", files: ["program.js"] };

let root: string;
let runs: number;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "parley-make-"));
  runs = 0;
  writeFileSync(join(root, "source.ts"), "one");
});
afterEach(() => rmSync(root, { recursive: true }));

test("What was made from the same sources is not made again", async () => {
  expect(await make()).toBe("made");
  expect(await make()).toBe("fresh");
  expect(runs).toBe(1);
});

test("What was made is made again after a source has changed", async () => {
  await make();
  writeFileSync(join(root, "source.ts"), "two");
  expect(await make()).toBe("made");
});

test("What was made is made again after one of its files was deleted", async () => {
  await make();
  rmSync(join(root, "program.js"));
  expect(await make()).toBe("made");
});

test("What could not be made is tried again", async () => {
  expect(await makeUnlessFresh(root, MADE, sources(), async () => false)).toBe("failed");
  expect(await make()).toBe("made");
});

function make() {
  return makeUnlessFresh(root, MADE, sources(), async () => {
    runs += 1;
    writeFileSync(join(root, "program.js"), "");
    return true;
  });
}

function sources(): string[] {
  return [join(root, "source.ts")];
}
