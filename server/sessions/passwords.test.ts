import { expect, test } from "bun:test";
import { createPasswords } from "./passwords.ts";

const passwords = createPasswords();

test("A password matches its own hash and no other's", async () => {
  const hash = await passwords.hash("correct horse", "registration");
  expect(await passwords.verify("correct horse", hash, "sign_in")).toBe(true);
  expect(await passwords.verify("correct horsf", hash, "sign_in")).toBe(false);
});

test("A hash is argon2id with at least OWASP's parameters", async () => {
  expect(await passwords.hash("correct horse", "registration")).toStartWith(
    "$argon2id$v=19$m=19456,t=2,p=1$",
  );
});

test("The same password in another Unicode form matches", async () => {
  const hash = await passwords.hash("caf\u00e9 au lait", "registration");
  expect(await passwords.verify("cafe\u0301 au lait", hash, "sign_in")).toBe(true);
});

test("A missing account matches no password", async () => {
  expect(await passwords.verify("", undefined, "sign_in")).toBe(false);
  expect(await passwords.verify("correct horse", undefined, "sign_in")).toBe(false);
});

test("A malformed hash matches no password", async () => {
  expect(await passwords.verify("correct horse", "not a hash", "sign_in")).toBe(false);
  expect(await passwords.verify("correct horse", "", "sign_in")).toBe(false);
});
