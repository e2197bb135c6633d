import { expect, test } from "bun:test";
import { nextPage, signInPage } from "./next-page.ts";

const ORIGIN = "https://chat.example";
const next = (value: string) => nextPage(`?next=${encodeURIComponent(value)}`, ORIGIN);

test("The next page is a path of this site, with its query", () => {
  expect(next("/chat/1?a=b#c")).toBe("/chat/1?a=b#c");
});

test("A next page on another site is replaced by the chats", () => {
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

test.each([
  "/.//evil.example",
  "/./ /evil.example/../..//evil.example",
  "/..//evil.example",
  "/chat/..//evil.example",
  "/chat/../..//evil.example",
  "/%2e//evil.example",
  "/.%2e//evil.example",
  "/.\\\\evil.example",
  "/.\\/evil.example",
  "/.\n//evil.example",
  "/%2f/evil.example",
  "/%2F%2Fevil.example",
  "/%5cevil.example",
  "/%5C%5Cevil.example",
  "/\\evil.example",
  "/\t\\evil.example",
  "///evil.example",
  "/\\/evil.example",
  "/%00//evil.example",
])(
  "The next page %p, which is or becomes an address of another site, is replaced by the chats",
  (value) => {
    expect(next(value)).toBe("/chat");
  },
);

test("The next page is never a sign-in page", () => {
  expect(next("/login?next=/login")).toBe("/chat");
  expect(next("/register")).toBe("/chat");
  expect(nextPage("", ORIGIN)).toBe("/chat");
});

test("The sign-in page returns to the chat that it was opened from", () => {
  expect(nextPage(new URL(signInPage("/chat/1"), ORIGIN).search, ORIGIN)).toBe("/chat/1");
  expect(signInPage("/chat")).toBe("/login");
});
