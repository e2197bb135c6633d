import { expect, test } from "bun:test";
import { newRoom } from "../engine/room/room.ts";
import { chat } from "../testing/fixtures.ts";
import { matchingRooms } from "./jump-targets.ts";

const rooms = [
  newRoom(chat({ id: "1", name: "lost-boats", createdAt: "2026-01-03T00:00:00.000Z" })),
  newRoom(chat({ id: "2", name: "boathouse", createdAt: "2026-01-01T00:00:00.000Z" })),
  newRoom(chat({ id: "3", name: "Boats", createdAt: "2026-01-02T00:00:00.000Z" })),
  newRoom(chat({ id: "4", name: "Král", createdAt: "2026-01-02T00:00:00.000Z" })),
];
const find = (query: string) =>
  matchingRooms(rooms, query, (room) => room.chat.name).map(({ room }) => room.chat.id);

test("Names that begin with the query come first, the latest chat on top", () => {
  expect(find("boat")).toEqual(["3", "2", "1"]);
});

test("Case, accents and a leading hash are ignored", () => {
  expect(find("#KRAL")).toEqual(["4"]);
});

test("An empty query finds every chat", () => {
  expect(find("")).toHaveLength(4);
});
