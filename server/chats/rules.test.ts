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
  roleOfJoiner,
  successor,
} from "./rules.ts";

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

describe("seeing", () => {
  test("is for members, and for everyone where the channel is public", () => {
    expect(authorizeView(group("member"))).toBeNull();
    expect(authorizeView(channel(null))).toBeNull();
    expect(authorizeView(group(null))).toMatchObject({ code: "not_found" });
  });
});

describe("changing a chat", () => {
  test("is for its owner and admins", () => {
    expect(authorizeEdit(group("owner"), {})).toBeNull();
    expect(authorizeEdit(group("admin"), {})).toBeNull();
    expect(authorizeEdit(group("member"), {})).toMatchObject({ code: "forbidden" });
    expect(authorizeEdit(channel(null), {})).toMatchObject({ code: "forbidden" });
  });

  test("tells nobody outside of a private chat that it is there", () => {
    expect(authorizeEdit(group(null), {})).toMatchObject({ code: "not_found" });
  });

  test("makes no group public, and no direct chat anything", () => {
    expect(authorizeEdit(group("owner"), { visibility: "public" })).toMatchObject({
      code: "invalid",
    });
    expect(authorizeEdit(direct, { name: "x" })).toMatchObject({ code: "forbidden" });
  });
});

describe("removing a chat", () => {
  test("is for its owner alone, and so never for a direct chat", () => {
    expect(authorizeDeletion(group("owner"))).toBeNull();
    expect(authorizeDeletion(group("admin"))).toMatchObject({ code: "forbidden" });
    expect(authorizeDeletion(channel(null))).toMatchObject({ code: "forbidden" });
    expect(authorizeDeletion(group(null))).toMatchObject({ code: "not_found" });
    expect(authorizeDeletion(direct)).toMatchObject({ code: "forbidden" });
  });
});

describe("leaving", () => {
  test("is for members of anything but a direct chat", () => {
    expect(authorizeLeaving(group("member"))).toBeNull();
    expect(authorizeLeaving(direct)).toMatchObject({ code: "forbidden" });
    expect(authorizeLeaving(channel(null))).toMatchObject({ code: "not_found" });
  });

  test("hands an owner’s chat to the oldest admin, else to the oldest member", () => {
    const others = [
      { role: "member", id: 1 },
      { role: "admin", id: 2 },
      { role: "admin", id: 3 },
    ];
    const people = others as { role: MemberRole; id: number }[];
    expect(successor("owner", people)?.id).toBe(2);
    expect(successor("owner", people.slice(0, 1))?.id).toBe(1);
    expect(successor("owner", [])).toBeNull();
    expect(successor("admin", people)).toBeNull();
  });
});

describe("joining", () => {
  test("makes a member, or the owner of a channel that has nobody", () => {
    expect(roleOfJoiner(3)).toBe("member");
    expect(roleOfJoiner(0)).toBe("owner");
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

  test.each(outcomes)("by the %s of the %s: %p", (actor, target, allowed) => {
    expect(authorizeRemoval(group(actor), target, false) === null).toBe(allowed);
  });

  test("is not for oneself, nor for who is no member, nor in a direct chat", () => {
    expect(authorizeRemoval(group("owner"), "owner", true)).toMatchObject({ code: "forbidden" });
    expect(authorizeRemoval(group("owner"), null, false)).toMatchObject({ code: "not_found" });
    expect(authorizeRemoval(direct, "member", false)).toMatchObject({ code: "forbidden" });
  });
});

describe("a wish about a member", () => {
  const decide = (
    actor: ChatPermissions["role"],
    target: MemberRole | null,
    change: MemberChange,
    self = false,
  ) => decideMember(group(actor), target, self, change);
  const deniedAs = (code: string) => ({ kind: "denied", denial: { code } });
  const later = "2030-01-01T00:00:00.000Z";

  test("adds as a member; only the owner adds an admin, and nobody an owner", () => {
    expect(decide("admin", null, {})).toEqual({ kind: "add", role: "member" });
    expect(decide("owner", null, { role: "admin" })).toEqual({ kind: "add", role: "admin" });
    expect(decide("admin", null, { role: "admin" })).toMatchObject(deniedAs("forbidden"));
    expect(decide("owner", null, { role: "owner" })).toMatchObject(deniedAs("forbidden"));
    expect(decide("member", null, {})).toMatchObject(deniedAs("forbidden"));
    expect(decide(null, null, {})).toMatchObject(deniedAs("not_found"));
  });

  test("lets nobody add themselves to a public channel this way", () => {
    expect(decideMember(channel(null), null, true, {})).toMatchObject(deniedAs("forbidden"));
  });

  test("changes roles for the owner alone", () => {
    const change = { kind: "change", role: "admin", succeeds: false } as const;
    expect(decide("owner", "member", { role: "admin" })).toEqual(change);
    expect(decide("admin", "member", { role: "admin" })).toMatchObject(deniedAs("forbidden"));
  });

  test("hands the chat over when someone else is made the owner", () => {
    expect(decide("owner", "member", { role: "owner" })).toMatchObject({ succeeds: true });
    expect(decide("owner", "owner", { role: "member" }, true)).toMatchObject(deniedAs("forbidden"));
  });

  test("mutes only below one’s own role", () => {
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

  test("that is what stands already changes nothing", () => {
    expect(decide("admin", "member", { role: "member" })).toEqual({
      kind: "change",
      succeeds: false,
    });
  });

  test("leaves a direct chat alone", () => {
    expect(decideMember(direct, null, false, {})).toMatchObject(deniedAs("forbidden"));
  });
});
