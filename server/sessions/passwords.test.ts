import { expect, test } from "bun:test";
import { createPasswords } from "./passwords.ts";

const passwords = createPasswords();

test("A password matches its own hash and no other's", async () => {
  const hash = await passwords.hash("correct horse");
  expect(await passwords.verify("correct horse", hash)).toBe(true);
  expect(await passwords.verify("correct horsf", hash)).toBe(false);
});

test("A hash is argon2id with at least OWASP's parameters", async () => {
  expect(await passwords.hash("correct horse")).toStartWith("$argon2id$v=19$m=19456,t=2,p=1$");
});

test("The same password in another Unicode form matches", async () => {
  const hash = await passwords.hash("caf\u00e9 au lait");
  expect(await passwords.verify("cafe\u0301 au lait", hash)).toBe(true);
});

test("A missing account matches no password", async () => {
  expect(await passwords.verify("", undefined)).toBe(false);
  expect(await passwords.verify("correct horse", undefined)).toBe(false);
});

test("A malformed hash matches no password", async () => {
  expect(await passwords.verify("correct horse", "not a hash")).toBe(false);
  expect(await passwords.verify("correct horse", "")).toBe(false);
});
