import { describe, expect, test } from "bun:test";
import type { ClientFrame } from "@parley/contracts/frames";
import { CHAT, chatEvent, ME, message } from "../../testing/fixtures.ts";
import { startSession } from "../../testing/session-harness.ts";

const say = (body: string, replyTo: number | null = null) => ({ chat: CHAT, body, replyTo });

describe("a message that is sent", () => {
  const sends = (sent: readonly ClientFrame[]) => sent.filter(({ type }) => type === "send");

  test("A message without an acknowledgement is sent again with the same ID on a new connection", async () => {
    const { session, sent, welcome } = await startSession();
    session.messages.write(say("hello"));
    welcome();
    const [first, second] = sends(sent);
    expect(first).toMatchObject({ type: "send", chat: CHAT, body: "hello" });
    expect(second).toEqual(first);
  });

  test("A message waits for the connection, and keeps its place in the order", async () => {
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

  test("A message is shown as unsent from the moment it is written until its event arrives", async () => {
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

  test("A refused message can be sent again or discarded", async () => {
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

  test("A message that is refused with overloaded is no failure, and is sent again after the server's pause", async () => {
    const { session, clock, sent, tell } = await startSession();
    session.messages.write(say("hello"));
    const clientId = session.state.outbox[0]?.clientId ?? "";
    tell({ type: "reject", clientId, code: "overloaded", detail: "", retryAfter: 1.5 });
    expect(session.state.outbox[0]).toMatchObject({ status: "queued", notBefore: 1_500 });
    expect(sends(sent)).toHaveLength(1);
    clock.now = 1_500;
    session.messages.write(say("behind it"));
    expect(sends(sent)).toMatchObject([{ clientId }, { clientId }]);
  });
});

test("A retry reconnects a lost connection at once", async () => {
  const { session, server, asked } = await startSession();
  server.isOpen = false;
  session.messages.write(say("hello"));
  expect(asked).not.toContain("connection");
  session.messages.retry(session.state.outbox[0]?.clientId ?? "");
  expect(asked).toContain("connection");
});
