/**
 * Hono's body limit buffered bodies above the limit (below 4.13.18).
 *
 * The gateway reads small bodies whole before it forwards them, and local programs can reach the server
 * directly.
 */
import { expect, test } from "bun:test";
import { prepare, RUNTIMES } from "../../runtimes/runtimes.ts";
import { Person } from "../../stack/person.ts";
import { resident } from "../../stack/resident.ts";
import { startStack } from "../../stack/stack.ts";

const MiB = 1024 * 1024;
const CONCURRENCY = 8;
const SENT_BYTES = 128 * MiB;
/** Far less than the sent bytes. */
const MAX_GROWTH_BYTES = 192 * MiB;

/** Creates a body without a Content-Length. */
function endless(): ReadableStream<Uint8Array> {
  let left = SENT_BYTES;
  return new ReadableStream({
    pull(controller) {
      left -= MiB;
      controller.enqueue(new Uint8Array(MiB));
      if (left <= 0) controller.close();
    },
  });
}

test.each([
  ...RUNTIMES.map((runtime) => ["gateway", runtime] as const),
  ["server", "bun"] as const,
])("A body without end takes no memory of the %s on %s", async (at, runtime) => {
  await using stack = await startStack("embedded", {}, { gatewayBy: await prepare(runtime) });
  const { token } = await Person.register(stack.url);
  const origin = at === "gateway" ? stack.url : stack.serverUrl;
  const before = await resident(stack[at]);
  const rest = new AbortController();
  const send = () =>
    fetch(`${origin}/service/api/messages`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: endless(),
      signal: rest.signal,
    }).then(
      ({ status }) => status,
      // The connection may be cut while the rest is still being sent.
      () => 413,
    );
  const statuses = await Promise.all(Array.from({ length: CONCURRENCY }, send));
  rest.abort();
  expect(statuses).toContain(413);
  // The gateway bounds the bytes that it buffers for one user.
  expect(statuses.filter((status) => status !== 413 && status !== 429)).toEqual([]);
  expect((await resident(stack[at])) - before).toBeLessThan(MAX_GROWTH_BYTES);
});
