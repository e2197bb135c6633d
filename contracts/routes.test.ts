import { expect, test } from "bun:test";
import { allowedMethods } from "./routes.ts";

test("A path parameter matches exactly one segment that is not empty", () => {
  expect(allowedMethods("/service/api/chats/x/members/y")).toEqual(["PUT", "DELETE"]);
  expect(allowedMethods("/service/api/chats/")).toEqual([]);
  expect(allowedMethods("/service/api/chats/x/members/y/z")).toEqual([]);
});
