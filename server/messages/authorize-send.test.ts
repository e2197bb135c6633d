import { expect, test } from "bun:test";
import { authorizeSend, type Permissions } from "./authorize-send.ts";

const now = new Date("2026-01-01T12:00:00.000Z");
const draft = { chat: "c", clientId: "i", body: "hello" };
const member: Permissions = {
  kind: "group",
  role: "member",
  mutedUntil: null,
  suspendedUntil: null,
  blocked: false,
  isRequest: false,
};
const nothingMissing = { chat: false, replyTarget: false, files: false };
const code = (permissions: Permissions | undefined, body = "hello", missing = {}) =>
  authorizeSend({ ...draft, body }, permissions, { ...nothingMissing, ...missing }, now)?.code;

test("A member may send", () => {
  expect(authorizeSend(draft, member, nothingMissing, now)).toBeNull();
});

test("A missing chat and a chat that the sender is not in get the same denial", () => {
  const unknown = authorizeSend(draft, undefined, { ...nothingMissing, chat: true }, now);
  expect(unknown).toEqual(authorizeSend(draft, { ...member, role: null }, nothingMissing, now));
  expect(unknown?.code).toBe("forbidden");
});

test("A mute and a suspension end at the millisecond that they name", () => {
  const until = (ms: number) => new Date(now.getTime() + ms);
  expect(code({ ...member, mutedUntil: until(1) })).toBe("muted");
  expect(code({ ...member, mutedUntil: until(0) })).toBeUndefined();
  expect(code({ ...member, suspendedUntil: until(1) })).toBe("suspended");
  expect(code({ ...member, suspendedUntil: until(0) })).toBeUndefined();
});

test("A block, an empty body, a missing reply target and a missing file are refused", () => {
  expect(code({ ...member, blocked: true })).toBe("blocked");
  expect(code(member, " \n ")).toBe("invalid");
  expect(code(member, "hello", { replyTarget: true })).toBe("invalid");
  expect(code(member, "hello", { files: true })).toBe("invalid");
});

test("A message with a file needs no body", () => {
  expect(
    authorizeSend({ ...draft, body: "", files: ["f"] }, member, nothingMissing, now),
  ).toBeNull();
});
