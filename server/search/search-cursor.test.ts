import { expect, test } from "bun:test";
import { SEARCH_CURSOR_MAX_LENGTH } from "@parley/contracts/messages";
import { encodePlace, parseBefore } from "./search-cursor.ts";

test("The longest cursor has the length that the contract states", () => {
  const place = {
    created_at: new Date("9999-12-31T23:59:59.999Z"),
    chat_id: "ffffffff-ffff-4fff-8fff-ffffffffffff",
    seq: 999_999_999_999_999,
  };
  const cursor = encodePlace(place);
  expect(cursor).toHaveLength(SEARCH_CURSOR_MAX_LENGTH);
  expect(parseBefore(cursor)).toEqual(place);
});
