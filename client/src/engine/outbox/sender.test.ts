import { describe, expect, test } from "bun:test";
import type { ClientFrame } from "@parley/contracts/frames";
import { CHAT, chatEvent, ME, message } from "../../testing/fixtures.ts";
import { createDevice } from "../../testing/memory-device.ts";
import { startSession } from "../../testing/session-harness.ts";

const say = (body: string, replyTo: number | null = null) => ({ chat: CHAT, body, replyTo });
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

describe("sending", () => {
  const sends = (sent: readonly ClientFrame[]) => sent.filter(({ type }) => type === "send");

  test("goes on under the same ID when the session is begun anew", async () => {
    const { session, sent, welcome } = await startSession();
    session.messages.write(say("hello"));
    welcome();
    const [first, second] = sends(sent);
    expect(first).toMatchObject({ type: "send", chat: CHAT, body: "hello" });
    expect(second).toEqual(first);
  });

  test("waits while there is no connection, and keeps the order", async () => {
    const { session, server, sent, tell, welcome } = await startSession();
    server.isOpen = false;
    session.messages.write(say("one"));
    session.messages.write(say("two"));
    expect(sends(sent)).toEqual([]);
    welcome();
    const clientId = session.state.outbox[0]?.clientId ?? "";
    expect(sends(sent)).toMatchObject([{ body: "one" }]);
    tell({ type: "ack", clientId, chat: CHAT, seq: 1, createdAt: message(1).createdAt });
    expect(sends(sent)).toMatchObject([{ body: "one" }, { body: "two" }]);
  });

  test("shows a message from the moment it is written until its event is here", async () => {
    const { session, tell } = await startSession();
    session.messages.write(say("hello"));
    const clientId = session.state.outbox[0]?.clientId ?? "";
    tell({ type: "ack", clientId, chat: CHAT, seq: 1, createdAt: message(1).createdAt });
    expect(session.state.outbox[0]).toMatchObject({ status: "stored", seq: 1 });
    const mine = chatEvent(1, { sender: ME, clientId });
    tell({ type: "events", chat: CHAT, events: [mine] });
    expect(session.state.outbox).toEqual([]);
    expect(session.state.rooms[CHAT]?.chat.unread).toBe(0);
  });

  test("ends with a refusal that can be tried again or thrown away", async () => {
    const { session, tell } = await startSession();
    session.messages.write(say("hello"));
    const clientId = session.state.outbox[0]?.clientId ?? "";
    tell({ type: "reject", clientId, code: "blocked", detail: "" });
    expect(session.state.outbox[0]).toMatchObject({ status: "failed", code: "blocked" });
    session.messages.retry(clientId);
    expect(session.state.outbox[0]).toMatchObject({ status: "in_flight" });
    session.messages.discard(clientId);
    expect(session.state.outbox).toEqual([]);
  });
});

test("sending again tries a lost connection at once", async () => {
  const { session, server, asked } = await startSession();
  server.isOpen = false;
  session.messages.write(say("hello"));
  expect(asked).not.toContain("connection");
  session.messages.retry(session.state.outbox[0]?.clientId ?? "");
  expect(asked).toContain("connection");
});

describe("what is not sent yet", () => {
  const bodies = (sent: readonly ClientFrame[]) =>
    sent.flatMap((frame) => (frame.type === "send" ? [frame.body] : []));

  test("goes on with the next visit, in order and with what it answers to", async () => {
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

  test("keeps its order when the clock is set back meanwhile, or stands still", async () => {
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

  test("is left to the tab that it was written in, as long as that is open", async () => {
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

  test("is taken over by one of the tabs that are left, not by all", async () => {
    const device = createDevice();
    const first = await startSession({}, device);
    const others = [await startSession({}, device), await startSession({}, device)];
    first.session.messages.write(say("mine"));
    first.closeTab();
    for (const other of others) other.welcome();
    await settled();
    expect(others.flatMap(({ sent }) => bodies(sent))).toEqual(["mine"]);
  });

  test("is taken over as soon as its tab is gone, though the connection stands", async () => {
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

  test("leaves the device once it is acknowledged, or thrown away, or its author signs out", async () => {
    const device = createDevice();
    const { session, tell } = await startSession({}, device);
    session.messages.write(say("one"));
    session.messages.write(say("two"));
    const [one, two] = session.state.outbox.map(({ clientId }) => clientId);
    tell({ type: "ack", clientId: one ?? "", chat: CHAT, seq: 1, createdAt: message(1).createdAt });
    expect(device.outbox.kept().map(({ message }) => message.body)).toEqual(["two"]);
    session.messages.discard(two ?? "");
    expect(device.outbox.kept()).toEqual([]);
    session.messages.write(say("three"));
    await session.connection.signOut();
    expect([device.outbox.kept(), device.storage.length]).toEqual([[], 0]);
  });

  test("is no draft any more from the moment it is written", async () => {
    const { session } = await startSession();
    session.messages.drafts.set(CHAT, "hello ");
    session.messages.write(say("hello"));
    expect(session.messages.drafts.get(CHAT)).toBeNull();
    session.messages.drafts.set(CHAT, "hello, and what another tab went on with");
    session.messages.write(say("hello"));
    expect(session.messages.drafts.get(CHAT)).toBe("hello, and what another tab went on with");
  });

  test("outlives its tab where the device’s database is full", async () => {
    const device = createDevice();
    device.outbox.isFull = true;
    const first = await startSession({}, device);
    first.server.isOpen = false;
    first.session.messages.write(say("one", 7));
    first.session.messages.write(say("two"));
    await settled();
    first.closeTab();
    const { session, sent, tell } = await startSession({}, device);
    expect(session.state.outbox.map(({ body, replyTo }) => [body, replyTo])).toEqual([
      ["one", 7],
      ["two", null],
    ]);
    expect(bodies(sent)).toContain("one");
    for (const [n, { clientId }] of session.state.outbox.entries()) {
      const { createdAt } = message(n + 1);
      tell({ type: "ack", clientId, chat: CHAT, seq: n + 1, createdAt });
    }
    expect(device.storage.length).toBe(0);
  });

  test("is told of whichever tab it was written in", async () => {
    const device = createDevice();
    const [one, two] = [await startSession({}, device), await startSession({}, device)];
    expect(await two.session.messages.unsent()).toEqual([]);
    one.session.messages.write(say("one"));
    two.session.messages.write(say("two"));
    const bodies = async () => (await two.session.messages.unsent()).map(({ body }) => body);
    expect((await bodies()).toSorted()).toEqual(["one", "two"]);
    const { createdAt } = message(1);
    const clientId = one.session.state.outbox[0]?.clientId ?? "";
    one.tell({ type: "ack", clientId, chat: CHAT, seq: 1, createdAt });
    expect(await bodies()).toEqual(["two"]);
  });

  test("leaves the device as well when its author signs out of a session that is over already", async () => {
    const device = createDevice();
    const { session, server, signedOut } = await startSession({}, device);
    session.messages.write(say("one"));
    session.messages.drafts.set(CHAT, "two");
    server.isOver = true;
    await session.connection.signOut();
    expect(device.outbox.kept()).toEqual([]);
    expect(session.messages.drafts.get(CHAT)).toBeNull();
    expect(signedOut).toEqual(["asked"]);
  });

  test("is still refused after a reload, when it was refused for good", async () => {
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
