import { describe, expect, test } from "bun:test";
import type { MemberChange, MemberRole } from "@parley/contracts/chats";
import {
  authorizeDeletion,
  authorizeEdit,
  authorizeLeaving,
  authorizeRemoval,
  authorizeView,
  type ChatPermissions,
  decideMember,
  findSuccessor,
  roleOfJoiner,
} from "./chat-rules.ts";

const group = (role: ChatPermissions["role"]): ChatPermissions => ({
  kind: "group",
  visibility: "private",
  role,
});
const channel = (role: ChatPermissions["role"]): ChatPermissions => ({
  kind: "channel",
  visibility: "public",
  role,
});
const direct: ChatPermissions = { kind: "direct", visibility: "private", role: "member" };

describe("viewing a chat", () => {
  test("Members may view their chats and everyone may view public channels", () => {
    expect(authorizeView(group("member"))).toBeNull();
    expect(authorizeView(channel(null))).toBeNull();
    expect(authorizeView(group(null))).toMatchObject({ code: "not_found" });
  });
});

describe("editing a chat", () => {
  test("Only the owner and admins may edit a chat", () => {
    expect(authorizeEdit(group("owner"), {})).toBeNull();
    expect(authorizeEdit(group("admin"), {})).toBeNull();
    expect(authorizeEdit(group("member"), {})).toMatchObject({ code: "forbidden" });
    expect(authorizeEdit(channel(null), {})).toMatchObject({ code: "forbidden" });
  });

  test("A private chat is reported as not found to everyone outside", () => {
    expect(authorizeEdit(group(null), {})).toMatchObject({ code: "not_found" });
  });

  test("A group can’t become public and a direct chat can’t be edited", () => {
    expect(authorizeEdit(group("owner"), { visibility: "public" })).toMatchObject({
      code: "invalid",
    });
    expect(authorizeEdit(direct, { name: "x" })).toMatchObject({ code: "forbidden" });
  });

  test("Only the owner makes a private channel public; an admin may make a public one private", () => {
    const hidden = (role: ChatPermissions["role"]): ChatPermissions => ({
      kind: "channel",
      visibility: "private",
      role,
    });
    expect(authorizeEdit(hidden("owner"), { visibility: "public" })).toBeNull();
    expect(authorizeEdit(hidden("admin"), { visibility: "public" })).toMatchObject({
      code: "forbidden",
    });
    expect(authorizeEdit(hidden("admin"), { name: "x", visibility: "private" })).toBeNull();
    expect(authorizeEdit(channel("admin"), { name: "x", visibility: "public" })).toBeNull();
    expect(authorizeEdit(channel("admin"), { visibility: "private" })).toBeNull();
  });
});

describe("removing a chat", () => {
  test("Only the owner may remove a chat, so that a direct chat can’t be removed", () => {
    expect(authorizeDeletion(group("owner"))).toBeNull();
    expect(authorizeDeletion(group("admin"))).toMatchObject({ code: "forbidden" });
    expect(authorizeDeletion(channel(null))).toMatchObject({ code: "forbidden" });
    expect(authorizeDeletion(group(null))).toMatchObject({ code: "not_found" });
    expect(authorizeDeletion(direct)).toMatchObject({ code: "forbidden" });
  });
});

describe("leaving a chat", () => {
  test("Members may leave any chat except a direct chat", () => {
    expect(authorizeLeaving(group("member"))).toBeNull();
    expect(authorizeLeaving(direct)).toMatchObject({ code: "forbidden" });
    expect(authorizeLeaving(channel(null))).toMatchObject({ code: "not_found" });
  });

  test("The oldest admin, else the oldest member, succeeds an owner who leaves", () => {
    const others = [
      { role: "member", id: 1 },
      { role: "admin", id: 2 },
      { role: "admin", id: 3 },
    ];
    const people = others as { role: MemberRole; id: number }[];
    expect(findSuccessor("owner", people)?.id).toBe(2);
    expect(findSuccessor("owner", people.slice(0, 1))?.id).toBe(1);
    expect(findSuccessor("owner", [])).toBeNull();
    expect(findSuccessor("admin", people)).toBeNull();
  });
});

describe("joining a channel", () => {
  test("A user who joins an empty channel becomes its owner, and otherwise a member", () => {
    expect(roleOfJoiner(true)).toBe("member");
    expect(roleOfJoiner(false)).toBe("owner");
  });
});

describe("removing a member", () => {
  const outcomes: [actor: MemberRole, target: MemberRole, allowed: boolean][] = [
    ["owner", "admin", true],
    ["owner", "member", true],
    ["admin", "member", true],
    ["admin", "admin", false],
    ["admin", "owner", false],
    ["member", "member", false],
  ];

  test.each(outcomes)(
    "Whether a member with the role %s may remove one with the role %s is %p",
    (actor, target, allowed) => {
      expect(authorizeRemoval(group(actor), target, false) === null).toBe(allowed);
    },
  );

  test("Oneself, a user who is not a member, and a member of a direct chat can’t be removed", () => {
    expect(authorizeRemoval(group("owner"), "owner", true)).toMatchObject({ code: "forbidden" });
    expect(authorizeRemoval(group("owner"), null, false)).toMatchObject({ code: "not_found" });
    expect(authorizeRemoval(direct, "member", false)).toMatchObject({ code: "forbidden" });
  });
});

describe("adding or changing a member", () => {
  const decide = (
    actor: ChatPermissions["role"],
    target: MemberRole | null,
    change: MemberChange,
    self = false,
  ) => decideMember(group(actor), target, self, change);
  const deniedAs = (code: string) => ({ kind: "denied", denial: { code } });
  const later = "2030-01-01T00:00:00.000Z";

  test("Managers add members, only the owner adds an admin, and nobody adds an owner", () => {
    expect(decide("admin", null, {})).toEqual({ kind: "add", role: "member" });
    expect(decide("owner", null, { role: "admin" })).toEqual({ kind: "add", role: "admin" });
    expect(decide("admin", null, { role: "admin" })).toMatchObject(deniedAs("forbidden"));
    expect(decide("owner", null, { role: "owner" })).toMatchObject(deniedAs("forbidden"));
    expect(decide("member", null, {})).toMatchObject(deniedAs("forbidden"));
    expect(decide(null, null, {})).toMatchObject(deniedAs("not_found"));
  });

  test("Users can’t add themselves to a public channel", () => {
    expect(decideMember(channel(null), null, true, {})).toMatchObject(deniedAs("forbidden"));
  });

  test("Only the owner changes roles", () => {
    const change = { kind: "change", role: "admin", succeeds: false } as const;
    expect(decide("owner", "member", { role: "admin" })).toEqual(change);
    expect(decide("admin", "member", { role: "admin" })).toMatchObject(deniedAs("forbidden"));
  });

  test("The owner hands the chat over by making another member the owner", () => {
    expect(decide("owner", "member", { role: "owner" })).toMatchObject({ succeeds: true });
    expect(decide("owner", "owner", { role: "member" }, true)).toMatchObject(deniedAs("forbidden"));
  });

  test("Managers mute only members with a lower role", () => {
    const mute = { kind: "change", mute: true, succeeds: false } as const;
    expect(decide("admin", "member", { mutedUntil: later })).toEqual(mute);
    expect(decide("owner", "admin", { mutedUntil: null })).toEqual(mute);
    expect(decide("admin", "admin", { mutedUntil: later })).toMatchObject(deniedAs("forbidden"));
    expect(decide("admin", "owner", { mutedUntil: null })).toMatchObject(deniedAs("forbidden"));
    expect(decide("owner", "owner", { mutedUntil: null }, true)).toMatchObject(
      deniedAs("forbidden"),
    );
    expect(decide("owner", null, { mutedUntil: later })).toMatchObject(deniedAs("invalid"));
  });

  test("A request that equals the present state changes nothing", () => {
    expect(decide("admin", "member", { role: "member" })).toEqual({
      kind: "change",
      succeeds: false,
    });
  });

  test("Members of a direct chat can’t be added or changed", () => {
    expect(decideMember(direct, null, false, {})).toMatchObject(deniedAs("forbidden"));
  });
});
