import { expect, test } from "bun:test";
import { createPartWatch } from "./part-watch.ts";

const OPTIONS = { intervalMs: 5, validMs: 0, timeoutMs: 60_000 };

/** A part that responds or not, its watch, and the lines that the watch writes. */
function open() {
  const lines: { message: string; failures?: number; error?: string }[] = [];
  const write = (fields: object, message: string) => void lines.push({ ...fields, message });
  const part = { responds: true, checks: 0 };
  const watch = createPartWatch(
    {
      part: "the store",
      log: { warn: write, info: write } as never,
      async check() {
        part.checks++;
        if (!part.responds) throw new Error("refused");
      },
    },
    OPTIONS,
  );
  return { part, watch, lines };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await Bun.sleep(1);
}

test("An outage is two lines, and the second has the number of calls that failed", async () => {
  const { part, watch, lines } = open();
  await using _watch = watch;
  part.responds = false;
  for (let n = 0; n < 50; n++) watch.failed(new Error("reset"));
  await until(watch.isAway);
  for (let n = 0; n < 50; n++) watch.failed(new Error("reset"));
  part.responds = true;
  await until(() => !watch.isAway());
  expect(lines).toMatchObject([
    { part: "the store", message: "dependency does not respond", error: "Error: refused" },
    { part: "the store", message: "dependency responds again" },
  ]);
  expect(lines[1]?.failures).toBeGreaterThanOrEqual(101);
});

test("A part that responds is not away because a call failed; such calls are logged once a minute", async () => {
  const { part, watch, lines } = open();
  await using _watch = watch;
  for (let n = 1; n <= 3; n++) {
    watch.failed(new Error("disk full"));
    await until(() => part.checks >= n);
    await Bun.sleep(20);
  }
  expect(watch.isAway()).toBe(false);
  expect(lines).toMatchObject([
    { error: "Error: disk full", message: "a call failed, although the dependency responds" },
  ]);
});

test("A part that a check found away is checked until it responds, and not otherwise", async () => {
  const { part, watch } = open();
  await using _watch = watch;
  part.responds = false;
  expect(await watch.check()).toBe("away");
  part.responds = true;
  await until(() => !watch.isAway());
  const { checks } = part;
  await Bun.sleep(50);
  expect(part.checks).toBeLessThanOrEqual(checks + 1);
});
