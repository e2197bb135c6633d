import { expect, test } from "bun:test";
import { createPartCheck, type PartState } from "./part-check.ts";

/** A part that responds, fails or hangs, and its check. */
function open({ validMs = 0, timeoutMs = 60_000 } = {}) {
  const changes: PartState[] = [];
  const part = { behaviour: "responds" as "responds" | "fails" | "hangs", checks: 0, changes };
  const hanging = Promise.withResolvers<void>();
  const ask = createPartCheck(
    async () => {
      part.checks++;
      if (part.behaviour === "fails") throw new Error("away");
      if (part.behaviour === "hangs") await hanging.promise;
    },
    (state) => void changes.push(state),
    { validMs, timeoutMs },
  );
  return { part, ask, goOn: hanging.resolve };
}

test("A thousand callers at once and one after another cost one check", async () => {
  const { part, ask } = open({ validMs: 60_000 });
  await Promise.all(Array.from({ length: 500 }, ask));
  for (let n = 0; n < 500; n++) expect(await ask()).toBe("ok");
  expect(part.checks).toBe(1);
});

test("A change of the part is told once", async () => {
  const { part, ask } = open();
  expect(await ask()).toBe("ok");
  part.behaviour = "fails";
  expect([await ask(), await ask()]).toEqual(["away", "away"]);
  part.behaviour = "responds";
  expect([await ask(), await ask()]).toEqual(["ok", "ok"]);
  expect(part.changes).toEqual(["away", "ok"]);
});

test("A part that hangs is away, and is not checked again before it responds", async () => {
  const { part, ask, goOn } = open({ timeoutMs: 20 });
  part.behaviour = "hangs";
  expect([await ask(), await ask(), await ask()]).toEqual(["away", "away", "away"]);
  expect(part.checks).toBe(1);
  part.behaviour = "responds";
  goOn();
  await Bun.sleep(0);
  expect(await ask()).toBe("ok");
});
