import { expect, test } from "bun:test";
import { onEachStack } from "../stack/on-each-stack.ts";
import { startStack } from "../stack/stack.ts";
import { soak } from "./soak.ts";
import { describeSoak } from "./soak-summary.ts";

/** Growth of the gateway that buffers and garbage collection explain. */
const MAX_GROWTH_BYTES = 64 * 1024 * 1024;

onEachStack("mixed traffic over restarts of the server", (kind) => {
  test("Restarts of the server fail no repeatable request and close no socket", async () => {
    await using stack = await startStack(kind, { LOG_LEVEL: "error" });
    const result = await soak(stack, { restarts: 2, intervalMs: 3_000 });
    console.log(describeSoak(result));
    expect(result.requests.failed).toEqual([]);
    expect(result.requests.requests).toBeGreaterThan(0);
    expect(result.drops).toEqual([]);
    expect({ unacknowledged: result.unacknowledged, holes: result.holes }).toEqual({
      unacknowledged: 0,
      holes: 0,
    });
    // One welcome per server process: each connection was moved to each of them.
    expect(result.welcomes).toBe(3);
    expect(result.gateway.last - result.gateway.first).toBeLessThan(MAX_GROWTH_BYTES);
  }, 120_000);
});
