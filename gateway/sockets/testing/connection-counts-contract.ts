import { describe, expect, test } from "bun:test";
import type { ConnectionCounts, ConnectionLimits, PlaceResult } from "../connection-counts.ts";

type CreateCounts = (limits: ConnectionLimits) => ConnectionCounts | Promise<ConnectionCounts>;

/** Tests that every implementation of {@link ConnectionCounts} passes. */
export function testConnectionCounts(name: string, createCounts: CreateCounts): void {
  const create = async () => createCounts({ perUser: 2, perAddress: 3 });

  describe(`connection counts (${name})`, () => {
    test("A user has a fixed number of places, whichever addresses the connections come from", async () => {
      const counts = await create();
      await counts.take("ann", "a");
      await counts.take("ann", "b");
      expect(await counts.take("ann", "c")).toBe("user");
      expect(await counts.take("ben", "c")).toBeFunction();
    });

    test("An address has a fixed number of places, whichever users connect from it", async () => {
      const counts = await create();
      for (const user of ["ann", "ben", "cid"]) await counts.take(user, "a");
      expect(await counts.take("dan", "a")).toBe("ip");
      expect(await counts.take("dan", "b")).toBeFunction();
    });

    test("A refused connection takes no place", async () => {
      const counts = await create();
      const release = placeOf(await counts.take("ann", "a"));
      await counts.take("ann", "a");
      for (let n = 0; n < 10; n++) expect(await counts.take("ann", "a")).toBe("user");
      release();
      expect(await counts.take("ann", "a")).toBeFunction();
    });

    test("A place that is released twice is free once", async () => {
      const counts = await create();
      const release = placeOf(await counts.take("ann", "a"));
      await counts.take("ann", "a");
      release();
      release();
      expect(await counts.take("ann", "a")).toBeFunction();
      expect(await counts.take("ann", "a")).toBe("user");
      expect(await counts.take("ben", "a")).toBeFunction();
      expect(await counts.take("cid", "a")).toBe("ip");
    });
  });
}

function placeOf(result: PlaceResult): () => void {
  if (typeof result === "function") return result;
  throw new Error(`No place was free: ${result}`);
}
