import { describe, expect, test } from "bun:test";
import type { ClientFrame } from "@parley/contracts/frames";
import { startSession } from "../testing/session-world.ts";
import { CHAT, chatEvent, ME, message } from "../testing/small-world.ts";

describe("sending", () => {
  const sends = (sent: readonly ClientFrame[]) => sent.filter(({ type }) => type === "send");

  test("goes on under the same ID when the session is begun anew", async () => {
    const { session, sent, welcome } = await startSession();
    session.write(CHAT, "hello");
    welcome();
    const [first, second] = sends(sent);
    expect(first).toMatchObject({ type: "send", chat: CHAT, body: "hello" });
    expect(second).toEqual(first);
  });

  test("waits while there is no connection, and keeps the order", async () => {
    const { session, server, sent, tell, welcome } = await startSession();
    server.isOpen = false;
    session.write(CHAT, "one");
    session.write(CHAT, "two");
    expect(sends(sent)).toEqual([]);
    welcome();
    const clientId = session.state.outbox[0]?.clientId ?? "";
    expect(sends(sent)).toMatchObject([{ body: "one" }]);
    tell({ type: "ack", clientId, chat: CHAT, seq: 1, createdAt: message(1).createdAt });
    expect(sends(sent)).toMatchObject([{ body: "one" }, { body: "two" }]);
  });

  test("shows a message from the moment it is written until its event is here", async () => {
    const { session, tell } = await startSession();
    session.write(CHAT, "hello");
    const clientId = session.state.outbox[0]?.clientId ?? "";
    tell({ type: "ack", clientId, chat: CHAT, seq: 1, createdAt: message(1).createdAt });
    expect(session.state.outbox).toMatchObject([{ status: "stored", seq: 1 }]);
    const mine = chatEvent(1, { sender: ME, clientId });
    tell({ type: "events", chat: CHAT, events: [mine] });
    expect(session.state.outbox).toEqual([]);
    expect(session.state.rooms[CHAT]?.chat.unread).toBe(0);
  });

  test("ends with a refusal that can be tried again or thrown away", async () => {
    const { session, tell } = await startSession();
    session.write(CHAT, "hello");
    const clientId = session.state.outbox[0]?.clientId ?? "";
    tell({ type: "reject", clientId, code: "blocked", detail: "" });
    expect(session.state.outbox).toMatchObject([{ status: "failed", code: "blocked" }]);
    session.retry(clientId);
    expect(session.state.outbox).toMatchObject([{ status: "flying" }]);
    session.discard(clientId);
    expect(session.state.outbox).toEqual([]);
  });
});
