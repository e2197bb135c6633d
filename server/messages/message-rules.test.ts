import { expect, test } from "bun:test";
import type { Permissions } from "./can-send.ts";
import { denyDeletion, denyEdit, denyReaction, type Found } from "./message-rules.ts";

const now = new Date("2026-01-01T12:00:00.000Z");
const later = new Date(now.getTime() + 1);
const member: Permissions = {
  kind: "channel",
  role: "member",
  mutedUntil: null,
  suspendedUntil: null,
  blocked: false,
};
const own = { own: true, deleted: false, hasFiles: false };

type Circumstances = { standing?: Partial<Permissions>; message?: Partial<typeof own> | null };

function found({ standing, message }: Circumstances, visibility: Found["visibility"]): Found {
  return {
    permissions: { ...member, ...standing },
    visibility,
    message: message === null ? null : { ...own, ...message },
  };
}

/** The codes of: an edit, a deletion, a reaction, a reaction taken back. */
function codes(circumstances: Circumstances, visibility: Found["visibility"] = "private") {
  const it = found(circumstances, visibility);
  return [
    denyEdit(it, "words", now),
    denyDeletion(it),
    denyReaction(it, "add", now),
    denyReaction(it, "remove", now),
  ].map((denial): string => denial?.code ?? "allowed");
}

const OTHERS = { message: { own: false } };

test("the author may do everything with their message", () => {
  expect(codes({})).toEqual(["allowed", "allowed", "allowed", "allowed"]);
});

test("others react, and only the owner and admins delete", () => {
  expect(codes(OTHERS)).toEqual(["forbidden", "forbidden", "allowed", "allowed"]);
  for (const role of ["owner", "admin"] as const)
    expect(codes({ ...OTHERS, standing: { role } })).toEqual([
      "forbidden",
      "allowed",
      "allowed",
      "allowed",
    ]);
});

test("what is not there and what one may not see are the same", () => {
  const nothing = ["not_found", "not_found", "not_found", "not_found"];
  expect(codes({ message: null })).toEqual(nothing);
  expect(codes({ standing: { role: null } })).toEqual(nothing);
  expect(
    denyEdit({ permissions: undefined, visibility: "private", message: own }, "", now),
  ).toEqual(denyEdit(found({ message: null }, "private"), "", now));
});

test("who left a public channel may take back their words there, and no more", () => {
  expect(codes({ standing: { role: null } }, "public")).toEqual([
    "forbidden",
    "allowed",
    "forbidden",
    "forbidden",
  ]);
});

test("a deleted message can only be deleted again", () => {
  expect(codes({ message: { deleted: true } })).toEqual([
    "not_found",
    "allowed",
    "not_found",
    "not_found",
  ]);
});

test("who is muted, blocked or suspended adds nothing", () => {
  expect(codes({ standing: { mutedUntil: later } })).toEqual([
    "muted",
    "allowed",
    "muted",
    "allowed",
  ]);
  expect(codes({ standing: { mutedUntil: now } })).not.toContain("muted");
  expect(codes({ standing: { blocked: true } })).toEqual([
    "blocked",
    "allowed",
    "blocked",
    "blocked",
  ]);
  expect(codes({ standing: { suspendedUntil: later } })[0]).toBe("suspended");
});

test("a message with files needs no words", () => {
  expect(denyEdit(found({}, "private"), " \n", now)?.code).toBe("invalid");
  expect(denyEdit(found({ message: { hasFiles: true } }, "private"), "", now)).toBeNull();
});
