import { expect, test } from "bun:test";
import { allowedMethods } from "./routes.ts";

test("a path parameter matches one part that is not empty", () => {
  expect(allowedMethods("/service/api/chats/x/members/y")).toEqual(["PUT", "DELETE"]);
  expect(allowedMethods("/service/api/chats/")).toEqual([]);
  expect(allowedMethods("/service/api/chats/x/members/y/z")).toEqual([]);
});
