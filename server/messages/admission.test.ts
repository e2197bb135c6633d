import { expect, test } from "bun:test";
import { rejection, type Standing } from "./admission.ts";

const now = new Date("2026-01-01T12:00:00.000Z");
const draft = { chat: "c", clientId: "i", body: "hello" };
const member: Standing = {
  kind: "group",
  role: "member",
  mutedUntil: null,
  suspendedUntil: null,
  blocked: false,
};
const code = (standing: Standing | undefined, body = "hello", target = true) =>
  rejection({ ...draft, body }, standing, target, now)?.code;

test("a member may write", () => {
  expect(rejection(draft, member, true, now)).toBeNull();
});

test("a chat that is not there and one without oneself get the same answer", () => {
  const missing = rejection(draft, undefined, true, now);
  expect(missing).toEqual(rejection(draft, { ...member, role: null }, true, now));
  expect(missing?.code).toBe("forbidden");
});

test("a mute and a suspension end to the millisecond", () => {
  const until = (ms: number) => new Date(now.getTime() + ms);
  expect(code({ ...member, mutedUntil: until(1) })).toBe("muted");
  expect(code({ ...member, mutedUntil: until(0) })).toBeUndefined();
  expect(code({ ...member, suspendedUntil: until(1) })).toBe("suspended");
  expect(code({ ...member, suspendedUntil: until(0) })).toBeUndefined();
});

test("a block, an empty body, a file and a reply to nothing are refused", () => {
  expect(code({ ...member, blocked: true })).toBe("blocked");
  expect(code(member, " \n ")).toBe("invalid");
  expect(code(member, "hello", false)).toBe("invalid");
  expect(rejection({ ...draft, files: ["f"] }, member, true, now)?.code).toBe("invalid");
});
