import type { SearchPage } from "@parley/contracts/messages";
import type { User } from "@parley/contracts/users";
import type { Room } from "../engine/room/room.ts";
import { unreadBadge } from "../engine/room/unread-badge.ts";

/** A result of the jump dialog. */
export type JumpTarget =
  | { kind: "room"; room: Room }
  | { kind: "person"; user: User }
  | { kind: "message"; hit: SearchHit };

/** A found message, with the matching text highlighted. */
export type SearchHit = SearchPage["hits"][number];

/** Rooms whose name contains the query: first those that begin with it, then unread ones, then the latest. */
export function matchingRooms(
  rooms: readonly Room[],
  query: string,
  nameOf: (room: Room) => string,
): { kind: "room"; room: Room }[] {
  const wanted = fold(query.replace(/^[#@]/, ""));
  return rooms
    .map((room) => ({ room, at: fold(nameOf(room)).indexOf(wanted) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => Number(a.at > 0) - Number(b.at > 0) || compareRooms(a.room, b.room))
    .map(({ room }) => ({ kind: "room", room }));
}

function compareRooms(a: Room, b: Room): number {
  const byBadge = Number(unreadBadge(b).kind === "count") - Number(unreadBadge(a).kind === "count");
  return byBadge || latest(b).localeCompare(latest(a));
}

const latest = ({ chat }: Room) => chat.lastMessage?.createdAt ?? chat.createdAt;

/** Removes case and accents, so that “Kral” finds “Král”. */
const fold = (text: string) =>
  text.trim().normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();
