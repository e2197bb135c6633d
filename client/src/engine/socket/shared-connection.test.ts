import { expect, test } from "bun:test";
import { createSharedConnection, type FromTab, type ToTab } from "./shared-connection.ts";
import type { RawFrame, SocketHandlers } from "./socket.ts";

const WELCOME = { type: "welcome", user: "mira" };
const RESUME: FromTab = { kind: "send", frame: { type: "resume", chats: {} } };

/** The shared connection, with a socket that the test controls. */
function createShared() {
  const did: string[] = [];
  const visible: boolean[] = [];
  let handlers: SocketHandlers | undefined;
  const shared = createSharedConnection((given) => {
    handlers = given;
    const note = (what: string) => () => void did.push(what);
    return {
      send: (frame) => did.push(frame.type) > 0,
      connect: note("connect"),
      markLost: note("markLost"),
      checkAlive: note("checkAlive"),
      disconnect: note("disconnect"),
      setVisible: (isVisible) => void visible.push(isVisible),
      close: note("close"),
    };
  });
  const hear = (frame: RawFrame) => handlers?.onFrame(frame);
  function open(): void {
    handlers?.onState("open");
    hear(WELCOME);
  }
  function openTab() {
    const told: ToTab[] = [];
    const post = (message: ToTab) => void told.push(message);
    const say = shared.attach(post);
    const frames = () => told.flatMap((one) => (one.kind === "frame" ? [one.frame] : []));
    return { told, frames, say, die: () => shared.leave(post) };
  }
  return { did, visible, hear, open, openTab, end: () => handlers?.onSignedOut() };
}

test("A frame of the server reaches every tab", () => {
  const { hear, open, openTab, end } = createShared();
  const tabs = [openTab(), openTab()];
  open();
  hear({ type: "events", chat: "1" });
  end();
  for (const { told } of tabs) {
    expect(told.map(({ kind }) => kind)).toEqual([
      "state",
      "state",
      "frame",
      "frame",
      "signed_out",
    ]);
  }
});

test("Events and frames of kinds that the worker does not know reach every tab unchanged", () => {
  const { hear, open, openTab } = createShared();
  const tabs = [openTab(), openTab()];
  open();
  const events = [
    { seq: 1, kind: "pin" },
    { seq: 2, kind: "message" },
  ];
  const frames = [
    { type: "events", chat: "1", events },
    { type: "huddle", chat: "1" },
  ];
  for (const frame of frames) hear(frame);
  for (const tab of tabs) expect(tab.frames()).toEqual([WELCOME, ...frames]);
});

test("A tab that opens later gets the welcome and the users who are online", () => {
  const { hear, open, openTab } = createShared();
  openTab();
  open();
  const [tomas, anna] = ["tomas", "anna"].map((id) => ({ id, online: true }));
  hear({ type: "presence", users: [tomas, anna] });
  hear({ type: "presence", users: [{ id: "anna", online: false }] });
  const late = openTab();
  expect(late.told[0]).toEqual({ kind: "state", state: "open" });
  expect(late.frames()).toEqual([WELCOME, { type: "presence", users: [tomas] }]);
});

test("The answers to a resume reach the tab that sent it, in the order of the requests", () => {
  const { hear, open, openTab } = createShared();
  const [first, second] = [openTab(), openTab()];
  open();
  second.say(RESUME);
  first.say(RESUME);
  hear({ type: "reset", chat: "1" });
  hear({ type: "resumed" });
  hear({ type: "resumed" });
  expect(second.frames().map(({ type }) => type)).toEqual(["welcome", "reset", "resumed"]);
  expect(first.frames().map(({ type }) => type)).toEqual(["welcome", "resumed"]);
});

test("A welcome drops the pending resumes, because the tabs send them again", () => {
  const { hear, open, openTab } = createShared();
  const [first, second] = [openTab(), openTab()];
  open();
  first.say(RESUME);
  open();
  second.say(RESUME);
  hear({ type: "resumed" });
  expect(second.frames().at(-1)).toEqual({ type: "resumed" });
});

test("A tab that is closed before its answer does not delay the answers to other tabs", () => {
  const { hear, open, openTab } = createShared();
  const [first, second] = [openTab(), openTab()];
  open();
  first.say(RESUME);
  first.die();
  second.say(RESUME);
  hear({ type: "resumed" });
  hear({ type: "resumed" });
  expect(second.frames().at(-1)).toEqual({ type: "resumed" });
});

test("The last tab closes the connection, and the next tab opens a new one", () => {
  const { did, open, openTab } = createShared();
  const [first, second] = [openTab(), openTab()];
  open();
  first.die();
  expect(did).not.toContain("disconnect");
  second.say({ kind: "leave" });
  expect(did.at(-1)).toBe("disconnect");
  expect(openTab().told).toEqual([{ kind: "state", state: "connecting" }]);
});

test("The other tabs are notified that a tab was closed, because they may adopt its messages", () => {
  const { openTab } = createShared();
  const [first, second] = [openTab(), openTab()];
  first.die();
  expect(second.told.at(-1)).toEqual({ kind: "tab_gone" });
  expect(first.told).not.toContainEqual({ kind: "tab_gone" });
});

test("The other tabs reconnect after a tab that signs out", () => {
  const { did, open, openTab } = createShared();
  const [first, second] = [openTab(), openTab()];
  open();
  first.say({ kind: "disconnect" });
  expect(second.told.at(-1)).toEqual({ kind: "state", state: "connecting" });
  first.say({ kind: "leave" });
  expect(did).toEqual(["disconnect", "connect"]);
});

test("After a refusal that may concern a resume, an answer reaches the tab that sent the next resume", () => {
  const { hear, open, openTab } = createShared();
  const [first, second] = [openTab(), openTab()];
  open();
  first.say(RESUME);
  hear({ type: "error", code: "rate_limited", detail: "", retryAfter: 1 });
  second.say(RESUME);
  hear({ type: "resumed" });
  expect(second.frames().at(-1)).toEqual({ type: "resumed" });
  expect(first.frames().at(-1)).toMatchObject({ type: "error" });
});

test("The connection counts as visible while any of its tabs is visible", () => {
  const { visible, openTab } = createShared();
  const [first, second] = [openTab(), openTab()];
  first.say({ kind: "visible", isVisible: false });
  expect(visible.at(-1)).toBe(true);
  second.say({ kind: "visible", isVisible: false });
  expect(visible.at(-1)).toBe(false);
  first.say({ kind: "visible", isVisible: true });
  expect(visible.at(-1)).toBe(true);
  first.die();
  expect(visible.at(-1)).toBe(false);
});
