import { expect, test } from "bun:test";
import { denySend, type Permissions } from "./can-send.ts";

const now = new Date("2026-01-01T12:00:00.000Z");
const draft = { chat: "c", clientId: "i", body: "hello" };
const member: Permissions = {
  kind: "group",
  role: "member",
  mutedUntil: null,
  suspendedUntil: null,
  blocked: false,
};
const nothing = { chat: false, replyTarget: false, files: false };
const code = (standing: Permissions | undefined, body = "hello", missing = {}) =>
  denySend({ ...draft, body }, standing, { ...nothing, ...missing }, now)?.code;

test("a member may write", () => {
  expect(denySend(draft, member, nothing, now)).toBeNull();
});

test("a chat that is not there and one without oneself get the same answer", () => {
  const unknown = denySend(draft, undefined, { ...nothing, chat: true }, now);
  expect(unknown).toEqual(denySend(draft, { ...member, role: null }, nothing, now));
  expect(unknown?.code).toBe("forbidden");
});

test("a mute and a suspension end to the millisecond", () => {
  const until = (ms: number) => new Date(now.getTime() + ms);
  expect(code({ ...member, mutedUntil: until(1) })).toBe("muted");
  expect(code({ ...member, mutedUntil: until(0) })).toBeUndefined();
  expect(code({ ...member, suspendedUntil: until(1) })).toBe("suspended");
  expect(code({ ...member, suspendedUntil: until(0) })).toBeUndefined();
});

test("a block, a body without words and what is not there are refused", () => {
  expect(code({ ...member, blocked: true })).toBe("blocked");
  expect(code(member, " \n ")).toBe("invalid");
  expect(code(member, "hello", { replyTarget: true })).toBe("invalid");
  expect(code(member, "hello", { files: true })).toBe("invalid");
});

test("a file speaks for itself, and needs no words", () => {
  expect(denySend({ ...draft, body: "", files: ["f"] }, member, nothing, now)).toBeNull();
});
