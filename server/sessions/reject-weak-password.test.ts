import { expect, test } from "bun:test";
import list from "./common-passwords.txt" with { type: "text" };
import { rejectWeakPassword } from "./reject-weak-password.ts";

const reject =
  (password: string, username = "ann.lee.77") =>
  () =>
    rejectWeakPassword({ password, username, field: "next" });

test.each(["password1", "PassWord1", "qwertyuiop", "12345678"])(
  "The common password %s is rejected",
  (password) => {
    expect(reject(password)).toThrow("next: is one of the most common passwords.");
  },
);

test.each(["ann.lee.77", "Ann.Lee.77", "ＡＮＮ.lee.77"])(
  "The username as the password %s is rejected, in any case and form",
  (password) => {
    expect(reject(password)).toThrow("next: is the username.");
  },
);

test.each(["aaaaaaaaa", "ZzZzZzZzZz", "ыыыыыыыы", "          ", "😀😀😀😀😀😀😀😀"])(
  "The password “%s” of one character is rejected",
  (password) => {
    expect(reject(password)).toThrow("next: is one character repeated.");
  },
);

test.each(["otter-lamp-quiet-river", "ann.lee.77!", "abababab!", "# one in a comment"])(
  "The password %s is accepted",
  (password) => {
    expect(reject(password)).not.toThrow();
  },
);

test("The refusal names the field", () => {
  expect(reject("password1")).toThrow(
    expect.objectContaining({
      code: "invalid",
      extra: { errors: [{ path: "next", message: "is one of the most common passwords" }] },
    }),
  );
});

test("The list holds 3,000 passwords that are long enough to be chosen", () => {
  const lines = list.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  expect(new Set(lines).size).toBe(3_000);
  expect(lines.filter((line) => line.length < 8 || line !== line.toLowerCase())).toEqual([]);
});
