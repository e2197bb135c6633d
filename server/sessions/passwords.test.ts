import { expect, test } from "bun:test";
import { createPasswords } from "./passwords.ts";

const passwords = createPasswords();
const REQUEST = { purpose: "sign_in", signal: new AbortController().signal } as const;

test("A password matches its own hash and no other's", async () => {
  const hash = await passwords.hash("correct horse", REQUEST);
  expect(await passwords.verify("correct horse", hash, REQUEST)).toBe(true);
  expect(await passwords.verify("correct horsf", hash, REQUEST)).toBe(false);
});

test("A hash is argon2id with at least OWASP's parameters", async () => {
  expect(await passwords.hash("correct horse", REQUEST)).toStartWith(
    "$argon2id$v=19$m=19456,t=2,p=1$",
  );
});

test("The same password in another Unicode form matches", async () => {
  const hash = await passwords.hash("caf\u00e9 au lait", REQUEST);
  expect(await passwords.verify("cafe\u0301 au lait", hash, REQUEST)).toBe(true);
});

test("A missing account matches no password", async () => {
  expect(await passwords.verify("", undefined, REQUEST)).toBe(false);
  expect(await passwords.verify("correct horse", undefined, REQUEST)).toBe(false);
});

test("A malformed hash matches no password", async () => {
  expect(await passwords.verify("correct horse", "not a hash", REQUEST)).toBe(false);
  expect(await passwords.verify("correct horse", "", REQUEST)).toBe(false);
});

test("A password whose caller left before its turn is not hashed", async () => {
  const caller = new AbortController();
  const cheap = createPasswords({ memoryCost: 8, timeCost: 1 });
  const running = Array.from({ length: 40 }, () => cheap.hash("correct horse", REQUEST));
  const left = cheap.hash("correct horse", { ...REQUEST, signal: caller.signal });
  caller.abort();
  await expect(left).rejects.toThrow("aborted");
  expect(await Promise.all(running)).toHaveLength(40);
});
