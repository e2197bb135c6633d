import { expect, test } from "bun:test";
import { createUserLabel } from "./user-label.ts";

const SECRET = "a secret of the tests, long enough to sign";
const ANN = "0197f9b0-0000-7000-8000-00000000000a";
const BOB = "0197f9b0-0000-7000-8000-00000000000b";

test("With a token for the metrics, a user is shown by their ID", () => {
  expect(createUserLabel(SECRET, "m-1")(ANN)).toBe(ANN);
});

test("Without a token, a user is shown by 12 hexadecimal digits that the ID and the secret decide", () => {
  const label = createUserLabel(SECRET, undefined);
  expect(label(ANN)).toMatch(/^[0-9a-f]{12}$/);
  expect(createUserLabel(SECRET, undefined)(ANN)).toBe(label(ANN));
  expect(label(BOB)).not.toBe(label(ANN));
  expect(createUserLabel(`${SECRET}!`, undefined)(ANN)).not.toBe(label(ANN));
});
