import { expect, test } from "bun:test";
import list from "./common-passwords.txt" with { type: "text" };
import { createPasswords, refuseCommon } from "./password.ts";

const passwords = createPasswords();

test("a password matches its own hash and no other's", async () => {
  const hash = await passwords.hash("correct horse");
  expect(await passwords.verify("correct horse", hash)).toBe(true);
  expect(await passwords.verify("correct horsf", hash)).toBe(false);
});

test("a hash is argon2id with at least OWASP's parameters", async () => {
  expect(await passwords.hash("correct horse")).toStartWith("$argon2id$v=19$m=19456,t=2,p=1$");
});

test("the same password in another Unicode form matches", async () => {
  const hash = await passwords.hash("caf\u00e9 au lait");
  expect(await passwords.verify("cafe\u0301 au lait", hash)).toBe(true);
});

test("an account that is not there matches nothing", async () => {
  expect(await passwords.verify("", undefined)).toBe(false);
  expect(await passwords.verify("correct horse", undefined)).toBe(false);
});

test("a broken hash matches nothing", async () => {
  expect(await passwords.verify("correct horse", "not a hash")).toBe(false);
  expect(await passwords.verify("correct horse", "")).toBe(false);
});

test.each(["password1", "PassWord1", "qwertyuiop", "12345678"])("%s is refused", (password) => {
  expect(() => refuseCommon(password, "password")).toThrow("commonest");
});

test("an uncommon password is not refused", () => {
  expect(() => refuseCommon("otter-lamp-quiet-river", "password")).not.toThrow();
  expect(() => refuseCommon("# one in a comment", "password")).not.toThrow();
});

test("the list holds 3,000 passwords, all long enough to be chosen", () => {
  const lines = list.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  expect(new Set(lines).size).toBe(3_000);
  expect(lines.filter((line) => line.length < 8 || line !== line.toLowerCase())).toEqual([]);
});
