import { describe, expect, test } from "bun:test";
import type { ClientFrame } from "@parley/contracts/frames";
import { CHAT, chat, ME, message, TOMAS, user } from "../../testing/fixtures.ts";
import { startSession } from "../../testing/session-harness.ts";

const OTHER = "0190a000-0000-7000-8000-00000000c002";
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

describe("a user", () => {
  test("A user keeps the avatar and the presence through events that have neither", async () => {
    const { session, tell } = await startSession();
    const event = {
      seq: 1,
      at: message(1).createdAt,
      by: TOMAS,
      kind: "member",
      user: user(TOMAS, "tomas", { displayName: "Tomas Král" }),
      action: "role",
      role: "admin",
      mutedUntil: null,
    } as const;
    tell({ type: "events", chat: CHAT, events: [event] });
    const known = session.state.users[TOMAS];
    expect(known).toMatchObject({ displayName: "Tomas Král", online: true });
    expect(known?.avatar).not.toBeNull();
  });

  test("A changed profile replaces the avatar only if the frame has one", async () => {
    const { session, tell } = await startSession();
    const before = session.state.users[TOMAS]?.avatar;
    const { avatar: _, ...changed } = user(TOMAS, "tomas", { displayName: "Tomas Král" });
    tell({ type: "profile", user: changed });
    expect(session.state.users[TOMAS]).toMatchObject({ displayName: "Tomas Král", online: true });
    expect(session.state.users[TOMAS]?.avatar).toBe(before as string);
    tell({ type: "profile", user: { ...changed, avatar: null } });
    expect(session.state.users[TOMAS]?.avatar).toBeNull();
    tell({ type: "profile", user: { ...changed, id: OTHER } });
    expect(session.state.users[OTHER]).toBeUndefined();
  });

  test("A user is offline if the first presence frame of a connection does not name them", async () => {
    const { session, tell } = await startSession();
    tell({ type: "presence", users: [{ id: ME, online: true, lastSeenAt: null }] });
    expect(session.state.users[TOMAS]?.online).toBe(false);
    tell({ type: "presence", users: [{ id: TOMAS, online: true, lastSeenAt: null }] });
    expect(session.state.users[ME]?.online).toBe(true);
    expect(session.state.users[TOMAS]?.online).toBe(true);
  });

  test("A user keeps the presence of the last frame, although an older response differs", async () => {
    const { session, server, tell } = await startSession();
    tell({ type: "presence", users: [{ id: TOMAS, online: true, lastSeenAt: null }] });
    server.people = [user(TOMAS, "tomas", { online: true, bio: "rows" })];
    session.people.refresh(TOMAS);
    const lastSeenAt = message(1).createdAt;
    tell({ type: "presence", users: [{ id: TOMAS, online: false, lastSeenAt }] });
    await settled();
    expect(session.state.users[TOMAS]).toMatchObject({ bio: "rows", online: false, lastSeenAt });
  });

  test("A user has the presence of a frame that arrived before the user was loaded", async () => {
    const { session, server, tell } = await startSession({ users: [] });
    tell({ type: "presence", users: [{ id: TOMAS, online: true, lastSeenAt: null }] });
    server.people = [user(TOMAS, "tomas")];
    session.people.ensureLoaded(TOMAS);
    await settled();
    expect(session.state.users[TOMAS]?.online).toBe(true);
  });

  test("An unknown user is fetched once, together with the other unknown users", async () => {
    const { session, asked } = await startSession();
    for (const id of ["a", "b", "a"]) session.people.ensureLoaded(id);
    await settled();
    session.people.ensureLoaded("b");
    await settled();
    expect(asked.slice(1)).toEqual(["users a,b"]);
  });

  test("A user is fetched again after an unblock, because the block hid the avatar", async () => {
    const block = { user: user(TOMAS, "tomas"), createdAt: message(1).createdAt, expiresAt: null };
    const { session, server, asked, tell } = await startSession({ users: [], blocks: [block] });
    server.people = [user(TOMAS, "tomas", { avatar: "data:image/webp;base64,AA==" })];
    expect(session.state.blocks[TOMAS]).toBeDefined();
    tell({ type: "unblock", user: TOMAS });
    await settled();
    expect(session.state.blocks[TOMAS]).toBeUndefined();
    expect(asked.at(-1)).toBe(`users ${TOMAS}`);
    expect(session.state.users[TOMAS]?.avatar).not.toBeNull();
  });
});

describe("a sign-in by another user in this browser", () => {
  const say = (body: string) => ({ chat: CHAT, body, replyTo: null });
  const sends = (sent: readonly ClientFrame[]) => sent.filter(({ type }) => type === "send");

  test("A sign-in by another user keeps this user's messages off the other user's connection", async () => {
    const { session, server, sent, signedOut, open, welcome } = await startSession();
    server.isOpen = false;
    session.messages.write(say("mine"));
    open();
    session.messages.write(say("before the welcome"));
    welcome(TOMAS);
    session.messages.write(say("after it"));
    expect(signedOut).toEqual(["ended"]);
    expect(sends(sent)).toEqual([]);
  });

  test("A sign-in by another user leaves this user's state unchanged", async () => {
    const { session, server, signedOut, tell } = await startSession();
    const chats = [chat({ id: OTHER })];
    server.bootstrap = { ...server.bootstrap, me: user(TOMAS, "tomas"), chats };
    tell({ type: "heads", chats: { [OTHER]: 1 } });
    await settled();
    expect(signedOut).toEqual(["ended"]);
    expect(session.me()?.id).toBe(ME);
    expect(Object.keys(session.state.rooms)).toEqual([CHAT]);
    session.stop();
  });
});
