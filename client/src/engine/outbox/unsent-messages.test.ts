import { describe, expect, test } from "bun:test";
import type { ClientFrame } from "@parley/contracts/frames";
import { CHAT, ME, message } from "../../testing/fixtures.ts";
import { createMemoryDatabase } from "../../testing/memory-database.ts";
import { createDevice } from "../../testing/memory-device.ts";
import { startSession } from "../../testing/session-harness.ts";

const say = (body: string, replyTo: number | null = null) => ({ chat: CHAT, body, replyTo });
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

describe("an unsent message", () => {
  const bodies = (sent: readonly ClientFrame[]) =>
    sent.flatMap((frame) => (frame.type === "send" ? [frame.body] : []));

  test("An unsent message is sent by the next visit, in order and as the same reply", async () => {
    const device = createDevice();
    const first = await startSession({}, device);
    first.server.isOpen = false;
    first.session.messages.write(say("one", 7));
    first.session.messages.write(say("two"));
    first.closeTab();
    const second = await startSession({}, device);
    expect(second.session.state.outbox.map(({ body }) => body)).toEqual(["one", "two"]);
    const [sent] = second.sent.filter(({ type }) => type === "send");
    expect(sent).toMatchObject({ body: "one", replyTo: 7 });
  });

  test("An unsent message of a late IndexedDB import is sent although the connection is open", async () => {
    const clientId = "0190a000-0000-4000-8000-000000000001";
    const message = { ...say("one"), clientId, createdAt: "2026-06-12T18:00:00.000Z" };
    const database = createMemoryDatabase([{ message, user: ME, tab: "closed", failed: null }]);
    const answer = Promise.withResolvers<void>();
    database.ready = answer.promise;
    const { sent } = await startSession({}, { ...createDevice(), database: database.factory });
    expect(bodies(sent)).toEqual([]);
    answer.resolve();
    await settled();
    expect(bodies(sent)).toEqual(["one"]);
  });

  test("An unsent message keeps its place in the order when the clock is set back or stands still", async () => {
    const device = createDevice();
    const first = await startSession({}, device);
    first.server.isOpen = false;
    const words = ["one", "two", "three", "four", "five", "six"];
    for (const [n, body] of words.entries()) {
      first.session.messages.write(say(body));
      if (n === 2) first.clock.wall -= 3_600_000;
    }
    first.closeTab();
    const second = await startSession({}, device);
    expect(second.session.state.outbox.map(({ body }) => body)).toEqual(words);
  });

  test("An unsent message is left to the tab that it was written in, as long as that tab is open", async () => {
    const device = createDevice();
    const first = await startSession({}, device);
    first.session.messages.write(say("mine"));
    const second = await startSession({}, device);
    expect(bodies(second.sent)).toEqual([]);
    first.closeTab();
    second.welcome();
    await settled();
    expect(bodies(second.sent)).toEqual(["mine"]);
  });

  test("An unsent message is adopted by one of the other tabs, not by all", async () => {
    const device = createDevice();
    const first = await startSession({}, device);
    const others = [await startSession({}, device), await startSession({}, device)];
    first.session.messages.write(say("mine"));
    first.closeTab();
    for (const other of others) other.welcome();
    await settled();
    expect(others.flatMap(({ sent }) => bodies(sent))).toEqual(["mine"]);
  });

  test("An unsent message is adopted as soon as its tab is closed, although the connection stays open", async () => {
    const device = createDevice();
    const first = await startSession({}, device);
    first.server.isOpen = false;
    first.session.messages.write(say("mine"));
    const other = await startSession({}, device);
    first.closeTab();
    other.loseTab();
    await settled();
    expect(bodies(other.sent)).toEqual(["mine"]);
  });

  test("An unsent message is removed from the device when it is acknowledged or discarded, or when its author signs out", async () => {
    const device = createDevice();
    const { session, tell } = await startSession({}, device);
    session.messages.write(say("one"));
    session.messages.write(say("two"));
    const [one, two] = session.state.outbox.map(({ clientId }) => clientId);
    tell({ type: "ack", clientId: one ?? "", chat: CHAT, seq: 1, createdAt: message(1).createdAt });
    expect(device.unsentBodies()).toEqual(["two"]);
    session.messages.discard(two ?? "");
    expect(device.unsentBodies()).toEqual([]);
    session.messages.write(say("three"));
    await session.connection.signOut();
    expect(device.storage.length).toBe(0);
  });

  test("A draft is removed when its message is written, unless another tab changed the draft", async () => {
    const { session } = await startSession();
    session.messages.drafts.set(CHAT, "hello ");
    session.messages.write(say("hello"));
    expect(session.messages.drafts.get(CHAT)).toBeNull();
    session.messages.drafts.set(CHAT, "hello, and what another tab went on with");
    session.messages.write(say("hello"));
    expect(session.messages.drafts.get(CHAT)).toBe("hello, and what another tab went on with");
  });

  test("An unsent message is sent even when the device's storage is full", async () => {
    const device = createDevice();
    device.storage.isFull = true;
    const { session, sent, tell } = await startSession({}, device);
    session.messages.write(say("one", 7));
    expect(bodies(sent)).toEqual(["one"]);
    expect(session.messages.unsent()).toHaveLength(1);
    const clientId = session.state.outbox[0]?.clientId ?? "";
    tell({ type: "ack", clientId, chat: CHAT, seq: 1, createdAt: message(1).createdAt });
    expect(session.messages.unsent()).toEqual([]);
  });

  test("An unsent message is listed in every tab, whichever tab it was written in", async () => {
    const device = createDevice();
    const [one, two] = [await startSession({}, device), await startSession({}, device)];
    expect(two.session.messages.unsent()).toEqual([]);
    one.session.messages.write(say("one"));
    two.session.messages.write(say("two"));
    const bodies = () => two.session.messages.unsent().map(({ body }) => body);
    expect(bodies().toSorted()).toEqual(["one", "two"]);
    const { createdAt } = message(1);
    const clientId = one.session.state.outbox[0]?.clientId ?? "";
    one.tell({ type: "ack", clientId, chat: CHAT, seq: 1, createdAt });
    expect(bodies()).toEqual(["two"]);
  });

  test("An unsent message is removed from the device when its author signs out of a session that has ended", async () => {
    const device = createDevice();
    const { session, server, signedOut } = await startSession({}, device);
    session.messages.write(say("one"));
    session.messages.drafts.set(CHAT, "two");
    server.isOver = true;
    await session.connection.signOut();
    expect(device.unsentBodies()).toEqual([]);
    expect(session.messages.drafts.get(CHAT)).toBeNull();
    expect(signedOut).toEqual(["asked"]);
  });

  test("A message with a final refusal is still refused after a reload", async () => {
    const device = createDevice();
    const first = await startSession({}, device);
    first.session.messages.write(say("hello"));
    const clientId = first.session.state.outbox[0]?.clientId ?? "";
    first.tell({ type: "reject", clientId, code: "blocked", detail: "" });
    first.closeTab();
    const second = await startSession({}, device);
    expect(second.session.state.outbox[0]).toMatchObject({ status: "failed", code: "blocked" });
    expect(bodies(second.sent)).toEqual([]);
  });
});
