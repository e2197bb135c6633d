import { expect, test } from "bun:test";
import { chat, TOMAS } from "../../testing/fixtures.ts";
import { newRoom } from "./room.ts";
import { unreadBadge, unreadTotal } from "./unread-badge.ts";

const channel = newRoom(chat({ unread: 5 }));
const mentioned = newRoom(chat({ unread: 5, mentions: 2 }));
const direct = newRoom(chat({ kind: "direct", unread: 3 }));

test("Only direct messages and mentions have a number", () => {
  expect(unreadBadge(channel)).toEqual({ kind: "some" });
  expect(unreadBadge(mentioned)).toEqual({ kind: "count", count: 2 });
  expect(unreadBadge(direct)).toEqual({ kind: "count", count: 3 });
  expect(unreadBadge(newRoom(chat()))).toEqual({ kind: "none" });
});

test("A request has no badge and is not in the title, whatever is unread in it", () => {
  const request = newRoom(chat({ kind: "direct", request: true, unread: 3, mentions: 1 }));
  expect(unreadBadge(request)).toEqual({ kind: "none" });
  expect(unreadTotal({ request }, () => false)).toBe(0);
});

test("The page’s title counts direct messages and mentions", () => {
  expect(unreadTotal({ a: channel, b: mentioned, c: direct }, () => false)).toBe(5);
  const open = newRoom(chat({ id: TOMAS, mentions: 9 }));
  expect(unreadTotal({ a: direct, b: open }, (id) => id === TOMAS)).toBe(3);
});
