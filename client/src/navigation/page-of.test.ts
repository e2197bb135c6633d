import { expect, test } from "bun:test";
import { pageOf } from "./page-of.ts";

test.each([
  ["/", "chat", null],
  ["/chat", "chat", null],
  ["/chat/", "chat", null],
  ["/chat/42", "chat", "42"],
  ["/login", "login", null],
  ["/register/", "register", null],
  ["/chat/42/7", "not_found", null],
  ["/login/reset", "not_found", null],
  ["/settings", "not_found", null],
] as const)("The path %s names the page %s", (path, page, chat) => {
  expect(pageOf(path)).toEqual({ page, chat });
});
