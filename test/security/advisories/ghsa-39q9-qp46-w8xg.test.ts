/**
 * Hono's body limit kept in memory what came above it (below 4.13.18).
 *
 * The gateway reads small bodies whole, before it asks the server, and the server is within reach of
 * programs beside it.
 */
import { expect, test } from "bun:test";
import { prepare, RUNTIMES } from "../../runtimes/runtimes.ts";
import { Person } from "../../stack/person.ts";
import { resident } from "../../stack/resident.ts";
import { startStack } from "../../stack/stack.ts";

const MiB = 1024 * 1024;
const AT_ONCE = 8;
const SENT = 128 * MiB;
/** Bytes: far less than what is sent. */
const ROOM = 192 * MiB;

/** A body whose length nobody knows beforehand. */
function endless(): ReadableStream<Uint8Array> {
  let left = SENT;
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
  const statuses = await Promise.all(Array.from({ length: AT_ONCE }, send));
  rest.abort();
  expect(new Set(statuses)).toEqual(new Set([413]));
  expect((await resident(stack[at])) - before).toBeLessThan(ROOM);
});
