import { expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Refusal } from "@parley/platform/http/problem";
import { eventually } from "@parley/platform/testing/eventually";
import { createMemoryStore } from "../testing/memory-store.ts";
import { createFolderStore } from "./folder-store.ts";
import { type ObjectStore, RangeNotSatisfiableError } from "./object-store.ts";
import { watchStore } from "./open-object-store.ts";
import { createS3Store } from "./s3-store.ts";

const DEADLINES = { answerMs: 50, uploadMs: 50 };
const NEVER = new Promise<never>(() => {});

const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: unknown) => error,
  );

/** Watches a store, and records the lines that are logged. */
function watched(store: ObjectStore) {
  const lines: string[] = [];
  const write = (_: object, line: string) => void lines.push(line);
  return { ...watchStore(store, { warn: write, info: write } as never, DEADLINES), lines };
}

/** A store in memory that fails or hangs on demand. */
function breakable() {
  const memory = createMemoryStore();
  const state = { behaviour: "works" as "works" | "fails" | "hangs" };
  const guard = async () => {
    if (state.behaviour === "fails") throw new Error("connect ECONNREFUSED");
    if (state.behaviour === "hangs") await NEVER;
  };
  const store: ObjectStore = {
    ...memory,
    put: (...args) => guard().then(() => memory.put(...args)),
    get: (...args) => guard().then(() => memory.get(...args)),
    head: (...args) => guard().then(() => memory.head(...args)),
    remove: (...args) => guard().then(() => memory.remove(...args)),
    check: guard,
  };
  return { store, state };
}

/** Every method with which a caller waits for a store. */
const calls = (store: ObjectStore): Record<string, () => Promise<unknown>> => ({
  put: () => store.put("avatars/one", new Uint8Array(3), "image/webp"),
  get: () => store.get("avatars/one"),
  head: () => store.head("avatars/one"),
  remove: () => store.remove(["avatars/one"]),
});

test.each(["fails", "hangs"] as const)(
  "A store that %s refuses every call as unavailable, is logged once, and works again",
  async (behaviour) => {
    const { store: broken, state } = breakable();
    await using opened = watched(broken);
    const { store, watch, lines } = opened;
    await store.put("avatars/one", new Uint8Array(3), "image/webp");
    state.behaviour = behaviour;
    for (let round = 0; round < 3; round++)
      for (const call of Object.values(calls(store))) {
        const error = await failureOf(call());
        expect(error).toBeInstanceOf(Refusal);
        expect(error).toMatchObject({ code: "unavailable", extra: { retryAfter: 5 } });
      }
    await eventually(watch.isAway);
    state.behaviour = "works";
    await eventually(() => !watch.isAway());
    expect(await store.head("avatars/one")).toMatchObject({ size: 3 });
    expect(lines).toEqual(["dependency does not respond", "dependency responds again"]);
  },
);

test("While a store is away, a call is refused at once and does not reach it", async () => {
  const { store: broken, state } = breakable();
  await using opened = watched(broken);
  state.behaviour = "hangs";
  await opened.watch.check();
  const reached = { count: 0 };
  broken.get = async () => {
    reached.count++;
    return null;
  };
  expect(await failureOf(opened.store.get("avatars/one"))).toBeInstanceOf(Refusal);
  expect(reached.count).toBe(0);
});

test("A malformed request and a range beyond the end are errors of the caller", async () => {
  await using opened = watched(createMemoryStore());
  const { store, lines } = opened;
  await store.put("avatars/one", new Uint8Array(3), "image/webp");
  expect(String(await failureOf(store.head("../secret")))).toContain("malformed object key");
  const range = failureOf(store.get("avatars/one", { first: 3 }));
  expect(await range).toBeInstanceOf(RangeNotSatisfiableError);
  expect(lines).toEqual([]);
});

test("An S3 store that accepts connections and never answers refuses every call as unavailable", async () => {
  using silent = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const endpoint = new URL(`http://127.0.0.1:${silent.port}`);
  const keys = { accessKey: "key", secretKey: "secret-key" };
  await using opened = watched(
    createS3Store({ endpoint, ...keys, bucket: "parley", region: "us-east-1" }),
  );
  for (const call of Object.values(calls(opened.store)))
    expect(await failureOf(call())).toMatchObject({ code: "unavailable" });
});

test("A folder whose files hang refuses the call, and a body that stops ends the download", async () => {
  const folder = await mkdtemp(join(tmpdir(), "parley-hanging-"));
  const files = createFolderStore(folder);
  await using opened = watched({
    ...files,
    head: () => NEVER,
    async get(key) {
      const object = await files.get(key);
      await object?.body.cancel();
      return object && { ...object, body: new ReadableStream({ pull: () => NEVER }) };
    },
  });
  await opened.store.put("avatars/one", new Uint8Array(3), "image/webp");
  const object = await opened.store.get("avatars/one");
  expect(String(await failureOf(new Response(object?.body).bytes()))).toContain("within 0.05 s");
  expect(await failureOf(opened.store.head("avatars/one"))).toMatchObject({ code: "unavailable" });
  await rm(folder, { recursive: true });
});
