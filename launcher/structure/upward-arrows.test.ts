import { describe, expect, test } from "bun:test";
import { folderArrows } from "./folder-arrows.ts";
import { upwardArrows } from "./upward-arrows.ts";

const arrow = (from: string, to: string) => ({ from, to });

describe("folderArrows", () => {
  test("Two imports between two folders form one arrow, and tests and files outside of folders form none", () => {
    const edges = [
      ["server/chats/a.ts", "server/users/b.ts"],
      ["server/chats/c.ts", "server/users/d.ts"],
      ["server/chats/a.ts", "server/chats/c.ts"],
      ["server/users/b.test.ts", "server/chats/a.ts"],
      ["server/users/testing/b.ts", "server/chats/a.ts"],
      ["server/api.ts", "server/chats/a.ts"],
      ["server/chats/a.ts", "db/open.ts"],
    ].map(([from = "", to = ""]) => ({ from, to, isType: true }));
    expect(folderArrows("server", edges)).toEqual([arrow("chats", "users")]);
  });
});

describe("upwardArrows", () => {
  test("Folders that have an order have no upward arrow", () => {
    const arrows = [arrow("a", "b"), arrow("a", "c"), arrow("b", "c")];
    expect(upwardArrows(arrows)).toEqual([]);
  });

  test("An arrow that two cycles share is the only upward arrow", () => {
    const shared = arrow("a", "b");
    const arrows = [shared, arrow("b", "c"), arrow("c", "a"), arrow("b", "d"), arrow("d", "a")];
    expect(upwardArrows(arrows)).toEqual([shared]);
  });

  test("Two separate pairs of folders that import each other have two upward arrows", () => {
    const arrows = [arrow("a", "b"), arrow("b", "a"), arrow("c", "d"), arrow("d", "c")];
    expect(upwardArrows(arrows)).toHaveLength(2);
  });

  test("More than 20 folders are refused", () => {
    const arrows = Array.from({ length: 21 }, (_, n) => arrow(`f${n}`, `f${n + 1}`));
    expect(() => upwardArrows(arrows)).toThrow(RangeError);
  });
});
