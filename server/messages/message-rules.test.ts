import { expect, test } from "bun:test";
import type { Permissions } from "./authorize-send.ts";
import {
  authorizeDeletion,
  authorizeEdit,
  authorizeReaction,
  type Found,
} from "./message-rules.ts";

const now = new Date("2026-01-01T12:00:00.000Z");
const later = new Date(now.getTime() + 1);
const member: Permissions = {
  kind: "channel",
  role: "member",
  mutedUntil: null,
  suspendedUntil: null,
  blocked: false,
  isRequest: false,
};
const own = { own: true, deleted: false, hasFiles: false };

type Circumstances = { permissions?: Partial<Permissions>; message?: Partial<typeof own> | null };

function found({ permissions, message }: Circumstances, visibility: Found["visibility"]): Found {
  return {
    permissions: { ...member, ...permissions },
    visibility,
    message: message === null ? null : { ...own, ...message },
  };
}

/** The codes of an edit, a deletion, an added and a removed reaction. */
function codes(circumstances: Circumstances, visibility: Found["visibility"] = "private") {
  const context = found(circumstances, visibility);
  return [
    authorizeEdit(context, "words", now),
    authorizeDeletion(context),
    authorizeReaction(context, "add", now),
    authorizeReaction(context, "remove", now),
  ].map((denial): string => denial?.code ?? "allowed");
}

const OTHERS = { message: { own: false } };

test("The author may edit, delete and react to a message", () => {
  expect(codes({})).toEqual(["allowed", "allowed", "allowed", "allowed"]);
});

test("Other members may react, and only the owner and admins may delete", () => {
  expect(codes(OTHERS)).toEqual(["forbidden", "forbidden", "allowed", "allowed"]);
  for (const role of ["owner", "admin"] as const)
    expect(codes({ ...OTHERS, permissions: { role } })).toEqual([
      "forbidden",
      "allowed",
      "allowed",
      "allowed",
    ]);
});

test("A missing message and a hidden message get the same denial", () => {
  const notFound = ["not_found", "not_found", "not_found", "not_found"];
  expect(codes({ message: null })).toEqual(notFound);
  expect(codes({ permissions: { role: null } })).toEqual(notFound);
  expect(
    authorizeEdit({ permissions: undefined, visibility: "private", message: own }, "", now),
  ).toEqual(authorizeEdit(found({ message: null }, "private"), "", now));
});

test("A user who left a public channel may delete their message there, and nothing else", () => {
  expect(codes({ permissions: { role: null } }, "public")).toEqual([
    "forbidden",
    "allowed",
    "forbidden",
    "forbidden",
  ]);
});

test("A deleted message may only be deleted again", () => {
  expect(codes({ message: { deleted: true } })).toEqual([
    "not_found",
    "allowed",
    "not_found",
    "not_found",
  ]);
});

test("A muted, blocked or suspended user may add nothing", () => {
  expect(codes({ permissions: { mutedUntil: later } })).toEqual([
    "muted",
    "allowed",
    "muted",
    "allowed",
  ]);
  expect(codes({ permissions: { mutedUntil: now } })).not.toContain("muted");
  expect(codes({ permissions: { blocked: true } })).toEqual([
    "blocked",
    "allowed",
    "blocked",
    "blocked",
  ]);
  expect(codes({ permissions: { suspendedUntil: later } })[0]).toBe("suspended");
});

test("A message with files needs no body", () => {
  expect(authorizeEdit(found({}, "private"), " \n", now)?.code).toBe("invalid");
  expect(authorizeEdit(found({ message: { hasFiles: true } }, "private"), "", now)).toBeNull();
});
