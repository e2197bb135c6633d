import { expect, test } from "bun:test";
import { nextPage, signInPage } from "./next-page.ts";

const ORIGIN = "https://chat.example";
const next = (value: string) => nextPage(`?next=${encodeURIComponent(value)}`, ORIGIN);

test("a path of this site is gone to, with its query", () => {
  expect(next("/chat/1?a=b#c")).toBe("/chat/1?a=b#c");
});

test("whatever leads to another site leads to the chats instead", () => {
  const elsewhere = [
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "javascript:alert(1)",
    "chat",
    "",
  ];
  for (const value of elsewhere) expect(next(value)).toBe("/chat");
});

test("signing in does not lead back to signing in", () => {
  expect(next("/login?next=/login")).toBe("/chat");
  expect(next("/register")).toBe("/chat");
  expect(nextPage("", ORIGIN)).toBe("/chat");
});

test("who is sent to sign in comes back to the chat they were in", () => {
  expect(nextPage(new URL(signInPage("/chat/1"), ORIGIN).search, ORIGIN)).toBe("/chat/1");
  expect(signInPage("/chat")).toBe("/login");
});
