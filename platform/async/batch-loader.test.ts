import { expect, test } from "bun:test";
import { createBatchLoader } from "./batch-loader.ts";

test("Keys that are requested during a load form the next batch, and each caller gets its own result", async () => {
  const questions: string[][] = [];
  const first = Promise.withResolvers<void>();
  const ask = createBatchLoader(async (keys) => {
    questions.push(keys);
    if (questions.length === 1) await first.promise;
    return new Map(keys.filter((key) => key !== "nobody").map((key) => [key, key.length]));
  });
  const answers = [ask("a"), ask("bb")];
  await Promise.resolve();
  answers.push(ask("ccc"), ask("nobody"), ask("ccc"));
  first.resolve();
  expect(await Promise.all(answers)).toEqual([1, 2, 3, undefined, 3]);
  expect(questions).toEqual([
    ["a", "bb"],
    ["ccc", "nobody"],
  ]);
});

test("A load that fails rejects the callers of its batch, and not those of the next", async () => {
  let fails = true;
  const ask = createBatchLoader(async (keys) => {
    if (fails) throw new Error("no database");
    return new Map(keys.map((key) => [key, key]));
  });
  const failed = await ask("a").then(
    () => null,
    (error: Error) => error.message,
  );
  expect(failed).toBe("no database");
  fails = false;
  expect(await ask("a")).toBe("a");
});
