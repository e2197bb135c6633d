import { expect, test } from "bun:test";
import { createSend } from "./send.ts";

/** Sends whose batches a test stores, and which count what they take of the rate. */
function openSend() {
  const waiting: (() => void)[] = [];
  let taken = 0;
  const send = createSend({
    rate: {
      take() {
        taken++;
      },
    },
    submit({ draft }) {
      const stored = Promise.withResolvers<Awaited<ReturnType<typeof send>>>();
      const sent = { chat: draft.chat, seq: 1, createdAt: "", message: null, accepts: false };
      waiting.push(() => stored.resolve(sent as Awaited<ReturnType<typeof send>>));
      return stored.promise;
    },
    requests: { isRequest: () => false, accepted() {} },
  });
  const from = (user: string) =>
    send(user, { chat: "chat", clientId: crypto.randomUUID(), body: "" });
  return { from, waiting, taken: () => taken };
}

test("A flood beyond what can be stored is refused with overloaded, and others still send", async () => {
  const { from, waiting, taken } = openSend();
  const flood = Promise.allSettled(Array.from({ length: 4_000 }, () => from("mallory")));
  const ann = from("ann");
  await Bun.sleep(0);
  expect(waiting).toHaveLength(2_001);
  // What is refused takes nothing of the sender's rate.
  expect(taken()).toBe(2_001);
  for (const store of waiting) store();
  await ann;
  const refused = (await flood).filter(({ status }) => status === "rejected");
  expect(refused).toHaveLength(2_000);
  for (const { reason } of refused as PromiseRejectedResult[]) {
    expect(reason).toMatchObject({ code: "overloaded" });
    expect(reason.extra.retryAfter).toBeGreaterThanOrEqual(1);
  }
  const again = from("mallory");
  await Bun.sleep(0);
  waiting.at(-1)?.();
  await again;
});
